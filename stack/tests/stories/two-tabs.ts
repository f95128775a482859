import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Stage, Story } from '../stage.ts'
import { as } from '../user.ts'
import { say } from './chat.ts'
import { checkbox, given, open, row, saved, sent, shows, told } from './home.ts'
import { latch } from './latch.ts'

/** The same task edited in two tabs: whoever comes second sees what the other wrote, and insists. */
export const insistOnMine: Story = async (stage) => {
  const { page } = stage
  await conflict(stage)
  const dialog = page.getByRole('dialog', { name: 'Edit task' })
  await dialog.getByRole('alert').filter({ hasText: 'Theirs' }).waitFor()
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'Mine')
  await dialog.getByRole('button', { name: 'Save mine' }).click()
  await shows(page, ['Mine'])
  await dialog.waitFor({ state: 'detached' })
  await row(page, 'Mine').getByText('Their words').waitFor()
  const [task] = await saved(stage)
  assert.deepEqual([task?.title, task?.description], ['Mine', 'Their words'])
}

/** Or gives in. */
export const takeTheirs: Story = async (stage) => {
  const { page } = stage
  await conflict(stage)
  const dialog = page.getByRole('dialog', { name: 'Edit task' })
  await dialog.getByRole('button', { name: 'Take that one' }).click()
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'Theirs')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await shows(page, ['Theirs'])
  assert.equal((await saved(stage))[0]?.title, 'Theirs')
}

/** Told late that the other was faster, while another task is being edited already: that one comes first. */
export const lateConflict: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 412 /)
  const [, task] = await given(stage, { title: 'Next' }, { title: 'Ours' })
  await open(stage)
  await as(stage.user, stage.origin, 'PUT', `tasks/${task?.id}`, { title: 'Theirs' })
  const { released, release } = latch()
  await page.route(`**/tasks/${task?.id}`, async (route) => {
    await released
    await route.continue()
  })
  const dialog = page.getByRole('dialog', { name: 'Edit task' })
  await page.getByRole('button', { name: 'Edit Ours' }).click()
  await dialog.getByLabel('Title').fill('Mine')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Edit Next' }).click()
  await dialog.getByLabel('Title').fill('Mine too')
  const asked = page.waitForResponse(
    (answer) => answer.request().method() === 'GET' && answer.url().endsWith(`/tasks/${task?.id}`),
  )
  release()
  await (await asked).finished()
  await row(page, 'Theirs').waitFor()
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'Mine too')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').filter({ hasText: 'Theirs' }).waitFor()
  assert.equal(await dialog.getByLabel('Title').inputValue(), 'Mine')
  await dialog.getByRole('button', { name: 'Save mine' }).click()
  await shows(page, ['Mine', 'Mine too'])
}

/** What is done in one tab is seen in the other. */
export const seeOtherTab: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Ours' })
  await open(stage)
  const other = await anotherTab(stage)
  await other.getByRole('textbox', { name: 'New task' }).fill('From the other')
  await other.keyboard.press('Enter')
  await shows(page, ['From the other', 'Ours'])
  await checkbox(page, 'Ours').click()
  await checkbox(other, 'Ours', true).waitFor()
  await say(other, 'Add a task to be seen')
  await shows(page, ['Be seen', 'From the other', 'Ours'])
}

/** A task that the other tab has deleted. */
export const editDeleted: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 404 /)
  await given(stage, { title: 'Short-lived' }, { title: 'Other' })
  await open(stage)
  await page.getByRole('button', { name: 'Edit Short-lived' }).click()
  const other = await anotherTab(stage)
  const deleted = other.waitForResponse((answer) => answer.request().method() === 'DELETE')
  await other.getByRole('button', { name: 'Delete Short-lived' }).click()
  await shows(other, ['Other'])
  await deleted
  await page.getByLabel('Title').fill('Too late')
  await page.getByRole('button', { name: 'Save' }).click()
  await told(page, 'alert', 'Not saved')
  await shows(page, ['Other'])
}

/** Brings the first tab to where it is told that the second was faster. */
async function conflict(stage: Stage): Promise<void> {
  const { page, expects } = stage
  expects(/console: .* 412 /)
  await given(stage, { title: 'Ours' })
  await open(stage)
  await page.getByRole('button', { name: 'Edit Ours' }).click()
  const other = await anotherTab(stage)
  await other.getByRole('button', { name: 'Edit Ours' }).click()
  await other.getByLabel('Title').fill('Theirs')
  await other.getByLabel('Description').fill('Their words')
  await other.getByRole('button', { name: 'Save' }).click()
  await row(other, 'Theirs').waitFor()
  await other.getByRole('dialog').waitFor({ state: 'detached' })
  await sent(other)

  await page.getByLabel('Title').fill('Mine')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').filter({ hasText: 'Changed elsewhere' }).waitFor()
}

async function anotherTab(stage: Stage): Promise<Page> {
  const page = await stage.page.context().newPage()
  await open({ ...stage, page })
  return page
}
