import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { say } from './chat.ts'
import { alive, focused, given, open, reload, row } from './home.ts'

/** Layout shifts, and each field for a new task that was ever drawn. */
const WATCH = `{
  window.shifts = []
  window.fields = new Set()
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value)
  }).observe({ type: 'layout-shift', buffered: true })
  new MutationObserver(() => {
    for (const field of document.querySelectorAll('[aria-label="New task"]')) window.fields.add(field)
  }).observe(document, { childList: true, subtree: true })
}`

const UNUSED_STYLES = `performance.getEntriesByType('resource').map(({ name }) => name)
  .filter((url) => /[.]css$/.test(url) && ![...document.styleSheets].some(({ href }) => href === url))`

/** The first picture is the whole one: nothing moves, nothing is drawn twice, nothing is asked for by the browser. */
export const firstLoad: Story = async (stage) => {
  const { page } = stage
  const tasks = Array.from({ length: 30 }, (_, index) => ({
    title: `Task ${index}`,
    priority: 'high' as const,
    due_at: '2040-01-01T12:00:00Z',
  }))
  await given(stage, ...tasks)
  await page.addInitScript(WATCH)
  const asked: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith(`/api/${stage.user.id}/`)) asked.push(request.url())
  })
  await open(stage)
  await row(page, 'Task 29').getByText('1 Jan 2040, 07:00').waitFor()
  await page.waitForLoadState('networkidle')
  const shift = await page.evaluate<number>('window.shifts.reduce((sum, value) => sum + value, 0)')
  assert.ok(shift < 0.02, `the layout shifted by ${shift}`)
  assert.equal(await page.evaluate('window.fields.size'), 1, 'what the server drew was drawn again')
  assert.deepEqual(
    asked.filter((url) => /\/(tasks|tags|conversations)/.test(url)),
    [],
  )
  assert.deepEqual(await page.evaluate(UNUSED_STYLES), [])
}

/** Colours of the page in each frame that was drawn. */
const RECORD = `{
  window.colours = new Set()
  const look = () => {
    const [page, body] = [document.documentElement, document.body].filter(Boolean).map(getComputedStyle)
    if (body) window.colours.add(page.backgroundColor + ' under ' + body.color)
    requestAnimationFrame(look)
  }
  look()
}`

/** Lets style sheets come after the whole document, when a browser may paint as soon as it has them. */
async function delayStyles(page: Page): Promise<void> {
  const document = page.waitForResponse((response) => response.request().isNavigationRequest())
  await page.route('**/*.css', async (route) => {
    await (await document).finished()
    await route.continue()
  })
}

/** Light, dark, or as the system has it: kept over a reload, without a flash of the other. */
export const theme: Story = async (stage) => {
  const { page } = stage
  const colours = () => page.evaluate<string[]>('[...window.colours]')
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  await page.addInitScript(RECORD)
  await page.emulateMedia({ colorScheme: 'dark' })
  await delayStyles(page)
  await open(stage)
  const system = await colours()
  assert.equal(system.length, 1, `the page flashed: ${system.join(', ')}`)

  await page.emulateMedia({ colorScheme: 'light' })
  await reload(page)
  const light = await colours()
  assert.equal(light.length, 1, `the page flashed: ${light.join(', ')}`)

  await page.getByRole('button', { name: 'Light or dark' }).click()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await reload(page)
  const dark = await colours()
  assert.equal(dark.length, 1, `the page flashed: ${dark.join(', ')}`)
  assert.deepEqual(dark, system)
  assert.notEqual(dark[0], light[0])
  assert.equal(await scheme(), 'dark')
  assert.equal(await page.locator('meta[name=theme-color]').getAttribute('content'), '#16191d')

  await page.getByRole('button', { name: 'Light or dark' }).click()
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
  await reload(page)
  assert.deepEqual(await colours(), light)

  await page.goto('/settings')
  const follow = page.getByRole('radio', { name: 'Same as the system' })
  await alive(follow)
  await follow.check()
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await open(stage)
  assert.deepEqual(await colours(), dark)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
}

/** On paper: the tasks alone, on white also from a dark page, whichever view is shown. */
export const onPaper: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Pack', tags: ['holiday'] })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 794, height: 1123 })
  await open(stage)
  await page.getByRole('button', { name: 'Assistant' }).click()
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
  await row(page, 'Pack').getByText('holiday').waitFor()
  for (const pressed of ['Edit Pack', 'Add task', 'Sign out', 'Assistant'])
    await page.getByRole('button', { name: pressed }).waitFor({ state: 'hidden' })
  await page.getByRole('log').waitFor({ state: 'hidden' })
  const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  assert.equal(paper, 'rgb(255, 255, 255)')
}

const WIDTHS = '[document.documentElement.scrollWidth, document.body.clientWidth]'

/** A window of 1280 pixels at 400 %: nothing is cut off, and nothing scrolls sideways. */
export const narrow: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 320, height: 256 })
  await given(stage, { title: 'Small' })
  for (const path of ['/', '/settings']) {
    await page.goto(path)
    await alive(page.getByRole('button', { name: 'Sign out' }))
    const [taken, there] = await page.evaluate<[number, number]>(WIDTHS)
    assert.equal(taken, there, `the page ${path} is wider than its window`)
  }
}

async function middleOf(words: Locator): Promise<number | undefined> {
  const box = await words.boundingBox()
  return box ? Math.round(box.y + box.height / 2) : undefined
}

/** The page of a phone: tasks and assistant one at a time. */
export const onPhone: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 390, height: 844 })
  await given(stage, {
    title: 'In my pocket',
    priority: 'medium',
    due_at: '2001-01-01T12:00:00Z',
    tags: ['health'],
  })
  await open(stage)
  const views = page.getByRole('navigation', { name: 'Views' })
  const facts = row(page, 'In my pocket')
  const lines = [facts.getByText('Medium'), facts.locator('time'), facts.getByText('health')]
  const middles = await Promise.all(lines.map(middleOf))
  assert.equal(new Set(middles).size, 1, `what is said of a task takes more than a line: ${middles}`)
  await page.getByRole('log').waitFor({ state: 'hidden' })
  await views.getByRole('button', { name: 'Assistant' }).click()
  await row(page, 'In my pocket').waitFor({ state: 'hidden' })
  await say(page, 'Add a task to ring the bell')
  await page.getByRole('log').getByText('“Ring the bell”').waitFor()
  await views.getByRole('button', { name: 'Tasks' }).click()
  await row(page, 'Ring the bell').waitFor()
}

/** Where one was in the list, and its shortcuts, while the assistant takes the whole of a small window. */
export const oneViewAtATime: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 390, height: 500 })
  await given(stage, ...Array.from({ length: 30 }, (_, index) => ({ title: `Task ${index}` })))
  await open(stage)
  const view = (name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name })
  const scrolled = () => page.evaluate<number>('window.scrollY')
  await row(page, 'Task 9').scrollIntoViewIfNeeded()
  const before = await scrolled()
  assert.ok(before > 0)
  await view('Assistant').click()
  await page.getByRole('log').waitFor()
  await view('Tasks').click()
  await row(page, 'Task 9').waitFor()
  assert.equal(await scrolled(), before)
  await view('Assistant').click()
  await page.getByRole('log').waitFor()
  await page.goBack()
  await row(page, 'Task 9').waitFor()
  assert.equal(await scrolled(), before)

  for (const [key, field] of [
    ['n', page.getByRole('textbox', { name: 'New task' })],
    ['/', page.getByRole('searchbox')],
  ] as const) {
    await view('Assistant').click()
    await page.keyboard.press(key)
    await focused(page, field)
  }
}
