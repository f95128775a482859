import assert from 'node:assert/strict'
import type { Story } from '../stage.ts'
import {
  checkbox,
  given,
  list,
  loadAhead,
  open,
  openBeforeTrip,
  reload,
  saved,
  shows,
  taken,
  told,
} from './home.ts'
import { latch } from './latch.ts'

/** The first visit: nothing there, and what to do about it. */
export const emptyPage: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await page.getByText('Nothing to do yet.').waitFor()
  await page.getByText('Tell me what to do with your tasks').waitFor()
  await page.getByRole('textbox', { name: 'New task' }).fill('Begin')
  await page.keyboard.press('Enter')
  await shows(page, ['Begin'])
  await page.getByText('Nothing to do yet.').waitFor({ state: 'detached' })
}

/** A list that takes its time counts as busy; one that does not come says so and can be asked for again. */
export const slowThenFailing: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 403 /)
  await given(stage, { title: 'Here' })
  await open(stage)
  const { released, release } = latch()
  await page.route('**/tasks?*', async (route) => {
    await released
    await route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 403, detail: 'This is refused for the sake of the story.' }),
    })
  })
  await page.getByRole('radio', { name: 'Pending' }).click()
  await list(page).and(page.locator('[aria-busy=true]')).waitFor()
  release()
  await told(page, 'alert', 'This is refused for the sake of the story.')
  await page.unroute('**/tasks?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await shows(page, ['Here'])
  await page.getByText('This is refused').waitFor({ state: 'detached' })
}

/** Without a network: it says so, changes wait, and they are sent once the server can be reached. */
export const offline: Story = async (stage) => {
  const { page, expects } = stage
  expects(/live.*ERR_INTERNET_DISCONNECTED/)
  expects(/ERR_INTERNET_DISCONNECTED.*live/)
  await given(stage, { title: 'Done on the train' })
  await openBeforeTrip(stage)
  await page.context().setOffline(true)
  await told(page, 'status', 'You are offline')
  await loadAhead(page)
  await checkbox(page, 'Done on the train').click()
  await page.getByRole('textbox', { name: 'New task' }).fill('Thought of on the train')
  await page.keyboard.press('Enter')
  await shows(page, ['Thought of on the train', 'Done on the train'])
  await checkbox(page, 'Done on the train', true).waitFor()

  // The cable is back before anything can be reached by it.
  const looked = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/live'))
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'))
  await page.context().setOffline(false)
  await looked
  await told(page, 'status', 'You are offline')
  const completed = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page.unroute('**/api/**')
  await taken(page, 'Thought of on the train')
  assert.equal((await completed).status(), 200)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  await reload(page)
  await checkbox(page, 'Done on the train', true).waitFor()
  assert.deepEqual(
    (await saved(stage)).map(({ title, completed }) => [title, completed]),
    [
      ['Thought of on the train', false],
      ['Done on the train', true],
    ],
  )
}

/** An address that leads nowhere. */
export const noSuchPage: Story = async ({ page, expects }) => {
  expects(/console: .* 404 /)
  await page.goto('/nowhere')
  await page.getByRole('link', { name: 'Go to your tasks' }).click()
  await page.getByText('Nothing to do yet.').waitFor()
}
