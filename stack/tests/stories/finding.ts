import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import type { Story } from '../stage.ts'
import { as } from '../user.ts'
import { say } from './chat.ts'
import { given, list, open, reload, row, shows, told } from './home.ts'

/** Search, filters and order, one on top of the other; the address keeps them over a reload. */
export const findTasks: Story = async (stage) => {
  const { page } = stage
  await given(
    stage,
    { title: 'Book a dentist', priority: 'low', tags: ['health'], due_at: '2040-06-01T09:00:00Z' },
    { title: 'Buy running shoes', priority: 'high', tags: ['health', 'shop'] },
    { title: 'Book a table', priority: 'high', tags: ['friends'], due_at: '2040-05-01T09:00:00Z' },
    { title: 'Answer Bob', description: 'About the book' },
  )
  await open(stage)
  await page.getByRole('searchbox').fill('BOOK')
  await shows(page, ['Answer Bob', 'Book a table', 'Book a dentist'])
  await told(page, 'status', '3 tasks found')
  await page.getByLabel('Order').selectOption('Due soonest')
  await shows(page, ['Book a table', 'Book a dentist', 'Answer Bob'])
  await page.getByLabel('Priority filter').selectOption('High priority')
  await shows(page, ['Book a table'])

  await reload(page)
  await shows(page, ['Book a table'])
  assert.equal(await page.getByRole('searchbox').inputValue(), 'BOOK')
  assert.equal(await page.getByLabel('Order').inputValue(), 'due_date')
  assert.equal(await page.getByLabel('Priority filter').inputValue(), 'high')

  await page.getByRole('searchbox').fill('nothing of the kind')
  await page.getByText('No task matches.').waitFor()
  await page.getByRole('button', { name: 'Clear search and filters' }).click()
  await page.getByLabel('Order').selectOption('A to Z')
  await shows(page, ['Answer Bob', 'Book a dentist', 'Book a table', 'Buy running shoes'])
  assert.equal(await page.getByRole('searchbox').inputValue(), '')
}

/** What is done, what is not, and what bears a tag. */
export const filterTasks: Story = async (stage) => {
  const { page, user, origin } = stage
  const [paint] = await given(
    stage,
    { title: 'Paint the fence', tags: ['garden'] },
    { title: 'Mow the lawn', tags: ['garden'] },
    { title: 'Sleep' },
  )
  await as(user, origin, 'PATCH', `tasks/${paint?.id}/complete`)
  await open(stage)
  await page.getByRole('radio', { name: 'Pending' }).click()
  await shows(page, ['Sleep', 'Mow the lawn'])
  await page.getByRole('radio', { name: 'Completed' }).click()
  await shows(page, ['Paint the fence'])
  await page.getByRole('radio', { name: 'All' }).click()
  await row(page, 'Mow the lawn').getByRole('button', { name: 'garden' }).click()
  await shows(page, ['Mow the lawn', 'Paint the fence'])
  assert.match(page.url(), /tag=garden/)
  await page.getByLabel('Tag filter').selectOption('Any tag')
  await shows(page, ['Sleep', 'Mow the lawn', 'Paint the fence'])
}

function isDrawn(row: Locator): Promise<boolean> {
  return row.getByRole('checkbox').evaluate((box) => box.checkVisibility({ contentVisibilityAuto: true }))
}

const MANY = 230

/** More tasks than one page of the API holds, loaded as one scrolls, each of them once. */
export const scroll: Story = async (stage) => {
  const { page, user, origin } = stage
  const numbers = Array.from({ length: MANY }, (_, index) => index + 1).values()
  const add = async () => {
    for (const number of numbers) await as(user, origin, 'POST', 'tasks', { title: `Task ${number}` })
  }
  await Promise.all(Array.from({ length: 8 }, add))
  await open(stage)
  await told(page, 'status', `${MANY} tasks`)
  const rows = list(page).getByRole('listitem')
  assert.equal(await rows.count(), 100)
  assert.equal(await isDrawn(rows.first()), true)
  assert.equal(await isDrawn(rows.last()), false, 'a task far below the window costs as much as one in it')
  for (const last of [99, 199]) await rows.nth(last).scrollIntoViewIfNeeded()
  await rows.nth(MANY - 1).scrollIntoViewIfNeeded()
  assert.equal(new Set(await rows.allTextContents()).size, MANY)
  assert.equal(await rows.count(), MANY)

  // Back at the top, what the assistant changes is asked for with one request, not page by page.
  await page.evaluate('scrollTo(0, 0)')
  const asked: (string | null)[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (request.method() === 'GET' && pathname.endsWith('/tasks')) asked.push(searchParams.get('offset'))
  })
  await say(page, 'Add a task to begin again')
  await row(page, 'Begin again').waitFor()
  await rows.nth(100).waitFor({ state: 'detached' })
  assert.deepEqual(asked, ['0'])
}
