import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { checkbox, focused, given, list, open, reload, row, saved, shows, told } from './home.ts'

/** A task with everything there is to say of it, typed by hand. */
export const planTask: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await page.getByRole('textbox', { name: 'New task' }).fill('Renew the passport')
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByLabel('Priority', { exact: true }).selectOption('High')
  await page.getByLabel('Due', { exact: true }).fill('2040-05-04T09:30')
  await page.getByLabel('Repeats', { exact: true }).selectOption('Yearly')
  await tag(page, 'travel', 'papers')
  await page.getByRole('button', { name: 'Add task' }).click()

  const said = ['High priority', '4 May 2040, 09:30', 'Yearly', 'travel', 'papers']
  const seen = async () => {
    for (const words of said) await row(page, 'Renew the passport').getByText(words).waitFor()
  }
  await seen()
  await reload(page)
  await seen()
  const [task] = await saved(stage)
  // Half past nine in New York, where summer time is on.
  assert.equal(Date.parse(task?.due_at ?? ''), Date.parse('2040-05-04T13:30Z'))
  assert.equal(task?.time_zone, 'America/New_York')
}

/** A plan that is folded away still says that it is there; a tag too many is refused in words. */
export const fullPlan: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  const plan = page.getByRole('button', { name: 'Plan', exact: true })
  const filled = page.getByRole('button', { name: 'Plan (filled in)', exact: true })
  await page.getByRole('textbox', { name: 'New task' }).fill('Tidy up')
  await plan.click()
  const tags = Array.from({ length: 10 }, (_, index) => `room ${index}`)
  await tag(page, ...tags)
  await page.getByText('No more than 10').waitFor()
  await page.keyboard.type('room 10')
  await page.keyboard.press('Enter')
  await filled.click()
  await page.getByLabel('Priority', { exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Add task' }).click()
  await plan.waitFor()
  await shows(page, ['Tidy up'])
  await reload(page)
  assert.deepEqual((await saved(stage))[0]?.tags, tags)
}

/** Each fact of a task changed in the dialog, and facts taken away. */
export const editTask: Story = async (stage) => {
  const { page } = stage
  await given(stage, {
    title: 'Call the bank',
    description: 'Ask for Ms Meyer',
    priority: 'low',
    tags: ['money'],
    due_at: '2040-01-01T12:00:00Z',
  })
  await open(stage)
  await page.getByRole('button', { name: 'Edit Call the bank' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit task' })
  await dialog.getByLabel('Title').fill('Write to the bank')
  await dialog.getByLabel('Description').fill('')
  await dialog.getByLabel('Priority').selectOption('Medium')
  await dialog.getByRole('button', { name: 'None' }).click()
  await tag(page, 'letters')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })

  await row(page, 'Write to the bank').getByText('letters').waitFor()
  await reload(page)
  await shows(page, ['Write to the bank'])
  const [task] = await saved(stage)
  assert.deepEqual(
    [task?.description, task?.priority, task?.due_at, task?.tags],
    [null, 'medium', null, ['money', 'letters']],
  )
}

/** Neither Escape nor a click beside the dialog takes away what was typed; where nothing was, they close it. */
export const closeBySlip: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Draft a letter' })
  await open(stage)
  await page.getByRole('button', { name: 'Edit Draft a letter' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit task' })
  await dialog.getByLabel('Description').fill('Dear Ms Meyer')
  await page.keyboard.press('Escape')
  await told(page, 'alert', 'not saved yet')
  await page.mouse.click(5, 400)
  assert.equal(await dialog.getByLabel('Description').inputValue(), 'Dear Ms Meyer')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Edit Draft a letter' }).click()
  await dialog.getByLabel('Description').fill(' ')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

/** Completing a recurring task brings its next occurrence, once; reopening it takes that away again. */
export const recur: Story = async (stage) => {
  const { page } = stage
  const title = 'Water the plants'
  await given(
    stage,
    { title, due_at: '2040-03-01T14:00:00Z', recurrence: 'weekly', time_zone: 'America/New_York' },
    { title: 'Something else' },
  )
  await open(stage)
  await checkbox(page, title).click()
  await checkbox(page, title, true).waitFor()
  await checkbox(page, title, false).waitFor()
  const next = list(page)
    .getByRole('listitem')
    .filter({ has: checkbox(page, title, false) })
  // Nine o'clock in New York before and after.
  await next.getByText('8 Mar 2040, 09:00').waitFor()
  await reload(page)
  await shows(page, [title, 'Something else', title])

  await checkbox(page, title, true).click()
  await shows(page, ['Something else', title])
}

/** Another year typed into the date by keyboard: for a moment it is no date, or one of the Romans. */
export const retypeYear: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Prune the tree', due_at: '2040-03-01T14:00:00Z', recurrence: 'yearly' })
  await open(stage)
  await page.getByRole('button', { name: 'Edit Prune the tree' }).click()
  const due = page.getByLabel('Due', { exact: true })
  // Which the dialog gives by itself, a moment after it opens.
  await focused(page, page.getByLabel('Title'))
  await due.focus()
  for (const key of ['ArrowRight', 'ArrowRight', 'Backspace']) await page.keyboard.press(key)
  await page.getByText('Needs a due date').waitFor()
  await page.keyboard.type('2041')
  assert.equal(await due.inputValue(), '2041-03-01T09:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await row(page, 'Prune the tree').getByText('1 Mar 2041, 09:00').waitFor()
  await row(page, 'Prune the tree').getByText('Yearly').waitFor()
}

async function tag(page: Page, ...tags: string[]): Promise<void> {
  for (const name of tags) {
    await page.getByRole('combobox', { name: 'Tags' }).fill(name)
    await page.keyboard.press('Enter')
  }
}
