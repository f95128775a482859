import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from '../../lib/browser/browser.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import type { Stage } from './stage.ts'
import { log, say } from './stories/chat.ts'
import { alive, checkbox, given, type NewTask, open } from './stories/home.ts'
import { answerPermission } from './stories/notifications.ts'

/** Draws docs/screenshots from a stack that is up: `node --import tsx stack/tests/screenshots.ts http://localhost:3000` */
const [origin = 'http://localhost:3000'] = process.argv.slice(2)
const FOLDER = join(CHECKOUT, 'docs', 'screenshots')
const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
const HERE = { baseURL: origin, locale: 'en-GB', timezoneId: 'UTC' }
const ADA = { name: 'Ada Lovelace', email: 'ada@example.org', password: crypto.randomUUID() }

mkdirSync(FOLDER, { recursive: true })
const browser = await openBrowser()
const page = await browser.newPage({ ...HERE, viewport: DESK })
try {
  await drawDoors(page)
  await drawRooms(await enter(page))
} finally {
  await page.request.post('/api/auth/delete-user', {
    headers: { origin },
    data: { password: ADA.password },
  })
  await browser.close()
}

async function drawDoors(page: Page): Promise<void> {
  for (const name of ['sign-up', 'sign-in']) {
    await page.goto(`/${name}`)
    await alive(page.getByLabel('E-mail'))
    await draw(page, name)
  }
}

/** Signs Ada up. */
async function enter(page: Page): Promise<Stage> {
  const answer = await page.request.post('/api/auth/sign-up/email', { headers: { origin }, data: ADA })
  assert.ok(answer.ok(), await answer.text())
  const { user } = await answer.json()
  const { token } = await (await page.request.get('/api/auth/token')).json()
  return { page, origin, user: { ...ADA, id: user.id, token, cookie: '' }, expects() {} }
}

async function drawRooms(stage: Stage): Promise<void> {
  const { page } = stage
  await given(stage, ...tasks())
  await open(stage)
  for (const title of ['Send the invitations', 'Back up the photos']) {
    await checkbox(page, title).click()
    await checkbox(page, title, true).first().waitFor()
  }
  await say(page, 'Add a task to book train tickets to Berlin due tomorrow at 18:00')
  await log(page).getByText('“Book train tickets to Berlin”').waitFor()
  await say(page, 'Show me overdue tasks')
  await log(page).getByText('I found').waitFor()
  await open(stage)
  await draw(page, 'home')
  await drawSettings(page, 'settings')
  await drawOnPhone(stage)
}

async function drawOnPhone(stage: Stage): Promise<void> {
  const storageState = await stage.page.context().storageState()
  const phone = await browser.newPage({
    ...HERE,
    storageState,
    viewport: PHONE,
    isMobile: true,
    hasTouch: true,
  })
  await open({ ...stage, page: phone })
  await draw(phone, 'home-phone')
  await phone.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Assistant' }).click()
  await draw(phone, 'chat-phone')
  await drawSettings(phone, 'settings-phone')
}

async function drawSettings(page: Page, name: string): Promise<void> {
  await answerPermission(page, 'granted')
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Turn reminders on' }).waitFor()
  await draw(page, name, true)
}

/** The page as it is now, in both themes. */
async function draw(page: Page, name: string, fullPage = false): Promise<void> {
  // Pictures have no scroll bars, so the room that is kept for one would stay empty.
  await page.addStyleTag({ content: 'html { scrollbar-gutter: auto }' })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    const path = join(FOLDER, `${name}-${colorScheme}.png`)
    await page.screenshot({ path, fullPage, animations: 'disabled' })
  }
}

/** The newest last. */
function tasks(): NewTask[] {
  return [
    { title: 'Back up the photos', tags: ['home'] },
    {
      title: 'Read the chapter on recursion',
      description: 'And do the first three exercises',
      tags: ['study'],
    },
    { title: 'Renew the passport', priority: 'medium', due_at: at(26, 10), tags: ['papers', 'travel'] },
    { title: 'Send the invitations', priority: 'high', tags: ['party'] },
    { title: 'Pay the rent', priority: 'high', due_at: at(9, 9), recurrence: 'monthly', tags: ['money'] },
    {
      title: 'Water the plants',
      description: 'The fern on the balcony too',
      due_at: at(1, 8),
      recurrence: 'weekly',
      tags: ['home'],
    },
    { title: 'Call the dentist', priority: 'medium', due_at: at(-1, 15), tags: ['health'] },
    { title: 'Finish the slides for Thursday', priority: 'high', due_at: at(0, 23), tags: ['work'] },
  ]
}

function at(days: number, hour: number): string {
  const moment = new Date()
  moment.setUTCDate(moment.getUTCDate() + days)
  moment.setUTCHours(hour, 0, 0, 0)
  return moment.toISOString()
}
