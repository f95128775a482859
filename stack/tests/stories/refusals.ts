import assert from 'node:assert/strict'
import type { Page, Route } from 'playwright-core'
import type { Story } from '../stage.ts'
import { checkbox, given, open, reload, row, saved, shows, taken, told } from './home.ts'
import { latch } from './latch.ts'

const REASON = 'The database does not answer; try again shortly.'

/** A task that the server does not take: shown at once, taken back with the reason, and nothing typed is lost. */
export const refusedAdd: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 503 /)
  await given(stage, { title: 'Old' })
  await open(stage)
  const refuse = await holdBack(page, '**/tasks', 'POST')
  const field = page.getByRole('textbox', { name: 'New task' })
  await field.fill('Do not lose me')
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByLabel('Priority', { exact: true }).selectOption('High')
  await page.getByRole('button', { name: 'Add task' }).click()
  await shows(page, ['Do not lose me', 'Old'])
  assert.equal(await field.inputValue(), '')
  refuse()
  await told(page, 'alert', REASON)
  await shows(page, ['Old'])
  assert.equal(await field.inputValue(), 'Do not lose me')

  await page.unroute('**/tasks')
  await page.getByRole('button', { name: 'Add task' }).click()
  await row(page, 'Do not lose me').getByText('High priority').waitFor()
  await taken(page, 'Do not lose me')
  assert.equal((await saved(stage))[0]?.priority, 'high')
}

/** A refused task while the next one is being typed: neither is lost. */
export const refusedWhileTyping: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 503 /)
  await open(stage)
  const refuse = await holdBack(page, '**/tasks', 'POST')
  const field = page.getByRole('textbox', { name: 'New task' })
  await field.fill('The first')
  await field.press('Enter')
  await shows(page, ['The first'])
  await field.fill('The sec')
  refuse()
  const refusal = page.getByRole('alert').filter({ hasText: 'Not added: “The first”' })
  await refusal.waitFor()
  assert.equal(await field.inputValue(), 'The sec')
  await page.unroute('**/tasks')
  await refusal.getByRole('button', { name: 'Try again' }).click()
  await taken(page, 'The first')
  await refusal.waitFor({ state: 'detached' })
  await reload(page)
  await shows(page, ['The first'])
  assert.equal(await field.inputValue(), 'The sec')
}

/** An edit that the server does not take can be gone on with. */
export const refusedEdit: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 503 /)
  await given(stage, { title: 'Before', description: 'Kept' })
  await open(stage)
  const refuse = await holdBack(page, '**/tasks/*', 'PUT')
  await page.getByRole('button', { name: 'Edit Before' }).click()
  await page.getByLabel('Title').fill('After')
  await page.getByRole('button', { name: 'Save' }).click()
  await shows(page, ['After'])
  refuse()
  await told(page, 'alert', REASON)
  await shows(page, ['Before'])
  await page.unroute('**/tasks/*')
  await page.getByRole('button', { name: 'Edit again' }).click()
  assert.equal(await page.getByLabel('Title').inputValue(), 'After')
  await page.getByRole('button', { name: 'Save' }).click()
  await shows(page, ['After'])
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

/** A server that is away: what was ticked off or deleted is as before, with a word why. */
export const serverAway: Story = async (stage) => {
  const { page, expects } = stage
  await given(stage, { title: 'Tick me' }, { title: 'Delete me' })
  await open(stage)
  expects(/failed: PATCH .* net::ERR_CONNECTION_REFUSED/)
  expects(/failed: DELETE .* net::ERR_CONNECTION_REFUSED/)
  expects(/console: .* net::ERR_CONNECTION_REFUSED/)
  await page.route('**/tasks/**', (route) =>
    route.request().method() === 'GET' ? route.fallback() : route.abort('connectionrefused'),
  )
  await checkbox(page, 'Tick me').click()
  await told(page, 'alert', 'Not completed')
  await checkbox(page, 'Tick me', false).waitFor()
  await page.getByRole('button', { name: 'Delete Delete me' }).click()
  await told(page, 'alert', 'Not deleted')
  await told(page, 'alert', 'The server did not answer.')
  await shows(page, ['Delete me', 'Tick me'])
}

/** Has requests of this kind wait; the function it gives has them all refused. */
async function holdBack(page: Page, url: string, method: string): Promise<() => void> {
  const { released, release } = latch()
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback()
    await released
    return refuse(route)
  })
  return release
}

function refuse(route: Route): Promise<void> {
  return route.fulfill({
    status: 503,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'Service Unavailable', status: 503, detail: REASON }),
  })
}
