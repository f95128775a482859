import assert from 'node:assert/strict'
import type { Page, Worker } from 'playwright-core'
import type { Stage, Story } from '../stage.ts'
import { alive, eventually, given, open, openBeforeTrip, reload, row } from './home.ts'
import { latch } from './latch.ts'
import {
  answerPermission,
  catchNotifications,
  caught,
  deliverPush,
  leftBehind,
  type Notified,
} from './notifications.ts'

const HOUR = 3_600_000

/** Turned on by who has read what for, then off again; in between the page reminds. */
export const turnRemindersOnAndOff: Story = async (stage) => {
  const { page } = stage
  await installClock(page)
  const [plants, cat] = await given(
    stage,
    { title: 'Water the plants', due_at: inHours(1) },
    { title: 'Feed the cat', due_at: inHours(2) },
  )
  await turnOn(stage)
  const worker = await openWithWorker(stage)
  await row(page, 'Water the plants').waitFor()
  await page.clock.fastForward(HOUR)
  const [notified] = await showing(worker, 1)
  assert.equal(notified?.title, 'Water the plants')
  assert.equal(notified?.tag, `task-${plants?.id}`)
  assert.match(notified?.body ?? '', /^Due at \d\d:\d\d/)

  await openSettings(page)
  await page.getByRole('button', { name: 'Turn reminders off' }).click()
  await page.getByText('They are off.').waitFor()
  await open(stage)
  await row(page, 'Feed the cat').waitFor()
  await page.clock.fastForward(HOUR)
  // What a push service had on its way is shown nevertheless, and nothing else was.
  await deliverPush(page, JSON.stringify({ task_id: cat?.id, title: 'From a push service' }))
  assert.deepEqual(
    (await showing(worker, 2)).map(({ title }) => title),
    ['Water the plants', 'From a push service'],
  )
}

/** What comes by push is shown as what the page itself says, under the same tag; nonsense still shows something. */
export const showPushes: Story = async (stage) => {
  const { page } = stage
  const worker = await openWithWorker(stage)
  await deliverPush(page, JSON.stringify({ task_id: 7, title: 'Call 🌱', due_at: inHours(0), url: '/' }))
  await showing(worker, 1)
  await deliverPush(page, 'not JSON')
  const [first, second] = await showing(worker, 2)
  assert.deepEqual([first?.title, first?.tag, second?.title], ['Call 🌱', 'task-7', 'A task is due'])
}

/** Without a network the page opens as it was last seen, says so, and reminds. */
export const openWithoutNetwork: Story = async (stage) => {
  const { page, expects } = stage
  expects(/ERR_INTERNET_DISCONNECTED/)
  expects(/console: .* 503 .*settings/)
  await installClock(page)
  await given(stage, { title: 'Feed the cat', due_at: inHours(1) })
  await turnOn(stage)
  const worker = await openWithWorker(stage)
  await row(page, 'Feed the cat').waitFor()
  const field = page.getByRole('textbox', { name: 'New task' })
  await field.fill('Added after the page was loaded')
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await field.press('Enter')
  await (await answered).finished()
  await row(page, 'Added after the page was loaded').waitFor()

  await page.context().setOffline(true)
  await page.reload()
  await page.getByText('You are offline').waitFor()
  await row(page, 'Feed the cat').waitFor()
  await row(page, 'Added after the page was loaded').waitFor()
  await page.clock.fastForward(HOUR)
  assert.equal((await showing(worker, 1))[0]?.title, 'Feed the cat')

  await page.context().setOffline(false)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  await page.context().setOffline(true)
  await page.goto('/settings')
  await page.getByText('There is no connection.').waitFor()
  await page.context().setOffline(false)
}

/** What was seen of some tasks alone does not stand for all of them without a network. */
export const openAllWithoutNetwork: Story = async (stage) => {
  const { page, expects } = stage
  expects(/ERR_INTERNET_DISCONNECTED/)
  await given(stage, { title: 'At work', tags: ['work'] }, { title: 'At home' })
  await openWithWorker(stage)
  await open(stage)
  await eventually('the page being kept', () => page.evaluate<boolean>("caches.match('/').then(Boolean)"))
  await open(stage, '/?tag=work')
  await reload(page)
  await row(page, 'At work').waitFor()
  await page.context().setOffline(true)
  const lookedForNetwork = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/live'))
  await page.goto('/')
  await row(page, 'At home').waitFor()
  await lookedForNetwork
  await page.context().setOffline(false)
}

/** A browser whose push service the server does not know: the open page reminds, and nothing stays subscribed. */
export const unknownPushService: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 422 /)
  await page.addInitScript(`PushManager.prototype.subscribe = async () => ({
    toJSON: () => ({ endpoint: 'https://push.invalid/1', keys: { p256dh: 'BA', auth: 'AA' } }),
    unsubscribe: async () => { window.unsubscribed = true },
  })`)
  await answerPermission(page, 'granted')
  await openSettings(page)
  await page.getByRole('button', { name: 'Turn reminders on' }).click()
  await page.getByText('They are on while this page is open.').waitFor()
  assert.equal(await page.evaluate('window.unsubscribed'), true)
  await page.getByRole('button', { name: 'Turn reminders off' }).click()
  await page.getByText('They are off.').waitFor()
}

/** Who says no reads how to say yes later, and is not asked again. */
export const refuseReminders: Story = async ({ page }) => {
  await answerPermission(page, 'denied')
  await openSettings(page)
  const ask = page.getByRole('button', { name: 'Turn reminders on' })
  await ask.click()
  await page.getByText('does not let this page show notifications').waitFor()
  await ask.waitFor({ state: 'detached' })
}

/** Signing out leaves neither tasks nor reminders nor half a sentence behind for who comes next. */
export const leaveNothingBehind: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Mine' })
  await turnOn(stage)
  await openWithWorker(stage)
  for (const name of ['New task', 'Message']) await page.getByRole('textbox', { name }).fill('For me alone')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  assert.deepEqual(await leftBehind(page), [])
}

/** Nor does what another tab loads meanwhile, whether it comes before the end of the session or after. */
export const leaveNothingUnderWay: Story = async (stage) => {
  const { page, origin } = stage
  const context = page.context()
  const worker = await openWithWorker(stage)
  await worker.evaluate(NOTE_LATE)
  const [signingOut, asked, answer] = [latch(), latch(), latch()]
  await page.route('**/api/auth/sign-out', async (route) => {
    await signingOut.released
    await route.continue()
  })
  const leaving = page.waitForRequest('**/api/auth/sign-out')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await leaving

  const tab = await context.newPage()
  const mine = { contentType: 'text/html', body: 'My tasks' }
  await context.route(`${origin}/`, (route) => route.fulfill(mine), { times: 1 })
  await tab.goto('/')
  await eventually('the page being kept', async () => (await leftBehind(page)).length > 0)
  await context.route(`${origin}/`, async (route) => {
    asked.release()
    await answer.released
    await route.fulfill({ ...mine, headers: { late: 'yes' } })
  })
  const loaded = tab.goto('/')
  await asked.released
  signingOut.release()
  await page.waitForURL('**/sign-in')
  answer.release()
  await loaded
  await eventually('the late page being put away', () => worker.evaluate<boolean>('Boolean(self.late)'))
  assert.deepEqual(await leftBehind(page), [])
}

const NOTE_LATE = `{
  const put = Cache.prototype.put
  Cache.prototype.put = async function (request, answer) {
    const isLate = answer.headers.has('late')
    await put.call(this, request, answer)
    self.late ||= isLate
  }
}`

function inHours(hours: number): string {
  return new Date(Date.now() + hours * HOUR).toISOString()
}

/** A clock that can be put forward. Playwright's takes away what the page has been sent with: that is given back. */
async function installClock(page: Page): Promise<void> {
  await page.addInitScript('window.sent = performance')
  await page.clock.install()
  await page.addInitScript('performance.getEntriesByType = (type) => window.sent.getEntriesByType(type)')
}

async function turnOn({ page, expects }: Stage): Promise<void> {
  // Which is why these are the reminders of an open page.
  expects(/Push API in incognito mode/)
  await answerPermission(page, 'granted')
  await openSettings(page)
  await page.getByText('They are off.').waitFor()
  await page.getByRole('button', { name: 'Turn reminders on' }).click()
  await page.getByText(/^They are on/).waitFor()
}

async function openSettings(page: Page): Promise<void> {
  await page.goto('/settings')
  await alive(page.getByRole('button', { name: 'Change name' }))
}

/** Opens the home page and waits until it looks after reminders, and the worker stands beside it. */
async function openWithWorker(stage: Stage): Promise<Worker> {
  // It looks after them before it asks for anything; what came due before that, it says nothing of.
  await openBeforeTrip(stage)
  return catchNotifications(stage.page.context())
}

async function showing(worker: Worker, count: number): Promise<Notified[]> {
  await eventually(`${count} notifications`, async () => (await caught(worker)).length >= count)
  return caught(worker)
}
