import type { Browser, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openBrowser } from '../../lib/browser/browser.ts'
import { eventually } from '../cluster/deadline.ts'
import { openStage, play, type Stage, TRACE } from '../lib/loop/dashboard-stage.ts'
import { assertAccessible } from './accessible.ts'

const test = suite('the dashboard in a browser')

const VIEWS = ['services', 'saves', 'logs', 'traces', `traces/${TRACE}`, 'metrics', 'findings']
const WIDTHS = { light: 1280, dark: 390 } as const
let browser: Browser
let stage: Stage
let page: Page
let broken: string[] = []

test.before(async () => {
  stage = await openStage()
  play(stage, Date.now())
  browser = await openBrowser()
})
test.before.each(async () => {
  broken = []
  page = await open('light')
})
test.after.each(async () => {
  await page.context().close()
  assert.equal(broken, [])
})
test.after(async () => {
  await browser?.close()
  stage?.close()
})

async function open(colorScheme: 'light' | 'dark'): Promise<Page> {
  const viewport = { width: WIDTHS[colorScheme], height: 800 }
  const context = await browser.newContext({ locale: 'en-GB', colorScheme, viewport })
  const opened = await context.newPage()
  opened.on('pageerror', ({ message }) => broken.push(message))
  opened.on('console', (message) => {
    if (message.type() === 'error') broken.push(message.text())
  })
  await opened.goto(stage.url)
  await opened.getByRole('heading', { name: 'tools' }).waitFor()
  return opened
}

async function show(view: string, shown = page): Promise<void> {
  await shown.goto(`http://localhost:${stage.port}/#/${view}`)
  // Another view may be there until now, with cards of its own.
  const title = new RegExp(`^${view.includes('/') ? 'trace' : view}$`, 'i')
  await shown.getByRole('heading', { level: 1, name: title }).waitFor()
  await shown.locator('.card, .line').first().waitFor()
}

const log = (text: string) =>
  stage.session.tell({
    kind: 'log',
    service: 'api',
    at: Date.now(),
    line: { level: 'info', text, below: [] },
  })

function latch() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

for (const scheme of ['light', 'dark'] as const)
  test(`each view is for everybody, ${scheme} and ${WIDTHS[scheme]} pixels wide`, async () => {
    const shown = await open(scheme)
    for (const view of VIEWS) {
      await show(view, shown)
      await assertAccessible(shown, `${view}, ${scheme}`)
      const wide = await shown.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(wide <= 0, `${view} is ${wide} pixels too wide`)
    }
    await shown.context().close()
  })

test('a slow statement is found with three clicks from the first view', async () => {
  await page.getByRole('link', { name: /POST \/api\/tasks/ }).click()
  await page.getByRole('button', { name: /INSERT tasks/ }).click()
  const details = page.getByRole('region', { name: 'The chosen span' })
  assert.match(await details.innerText(), 'INSERT INTO tasks')
  assert.match(
    await page.getByRole('region', { name: 'Its log lines' }).innerText(),
    'The statement took long',
  )
})

test('a save is shown from the disk to what is served, and one that does not start with why', async () => {
  await show('saves')
  const saves = page.getByRole('img', { name: /seen after .* read after .* served after/ })
  await saves.nth(19).waitFor()
  await page.getByText('SyntaxError: invalid syntax (search.py:17)').waitFor()
  const row = page.getByRole('row', { name: /api 16/ })
  assert.match(await row.innerText(), /150 ms\s+150 ms$/)
})

test('what happens is shown without being asked for', async () => {
  await show('logs')
  log('<img src=x onerror="document.title=1"> is text')
  await page.getByText('<img src=x onerror="document.title=1"> is text').waitFor()
  assert.is(await page.locator('img[src="x"]').count(), 0)
})

test('a line that comes while others are on their way is shown', async () => {
  const other = await open('light')
  await show('logs', other)
  await show('logs')
  const { promise: asked, resolve: hold } = latch()
  const { promise: released, resolve: release } = latch()
  await page.route('**/api/lines?*', async (route) => {
    const response = await route.fetch()
    hold()
    await released
    await route.fulfill({ response })
  })
  log('the first of two')
  await asked
  log('the second of two')
  await other.getByText('the second of two').waitFor()
  release()
  await page.getByText('the second of two').waitFor()
  await other.context().close()
})

test('lines are searched for, and read, with the keyboard alone', async () => {
  await show('logs')
  await page.keyboard.press('/')
  await page.keyboard.type('statement took')
  await page.getByRole('status').getByText('1 lines', { exact: true }).waitFor()
  await page.getByRole('listbox').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const line = page.getByRole('complementary', { name: 'The chosen line' })
  assert.match(await line.innerText(), 'The statement took long')
  await line.getByRole('link', { name: 'Its trace' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /INSERT tasks/ }).waitFor()
  await page.keyboard.press('2')
  await page.getByRole('heading', { name: 'How fast' }).waitFor()
})

test('the first view says what is wrong, with its cure, and leads to what an API offers', async () => {
  const wrong = page.getByRole('region', { name: 'What is wrong' })
  assert.match(await wrong.innerText(), 'Nothing answers behind it.')
  await eventually('the mark in the title', 60, async () => /^✗ /.test(await page.title()))
  const api = page.getByRole('link', { name: 'API of api' })
  assert.is(await api.getAttribute('href'), 'http://localhost:1/openapi.json')
})

test('a service is restarted, and a cure copied', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Restart api' }).click()
  await page.getByText('api is made anew.').waitFor()
  assert.equal(stage.restarted, ['api'])
  await page.getByRole('button', { name: 'Copy the cure' }).click()
  await page.getByText('Copied').waitFor()
  assert.is(await page.evaluate<string>('navigator.clipboard.readText()'), 'npm run loop -- restart tools')
})

test('what is saved waits, and no longer', async () => {
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByRole('button', { name: 'Paused: what is saved waits' }).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
})

test('an earlier run is looked at, and left', async () => {
  await show('logs')
  const [earlier] = await page.getByRole('option', { name: /Jan/ }).all()
  await page.getByLabel('Run').selectOption({ value: (await earlier?.getAttribute('value')) ?? '' })
  await page.getByText('of an earlier run').waitFor()
  await page.getByRole('button', { name: 'Back to this run' }).click()
  await page.getByText('Reloaded').first().waitFor()
})

test('the theme that is chosen stays', async () => {
  await page.getByRole('button', { name: /Theme/ }).click()
  await page.getByRole('button', { name: /Theme/ }).click()
  await page.reload()
  assert.is(await page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme'), 'dark')
})

test('a page without the token of this session says where it is', async () => {
  // In the language that it calls its own, which in a container is none.
  const context = await browser.newContext()
  const stranger = await context.newPage()
  await stranger.goto(`http://localhost:${stage.port}/`)
  await stranger.getByText('npm run loop -- status').waitFor()
  await context.close()
})

test.run()
