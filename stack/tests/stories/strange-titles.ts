import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { log, say } from './chat.ts'
import { checkbox, given, open, reload, row, saved } from './home.ts'

const INJECTION = '<img src=x onerror="window.injected=1"><script>window.injected=1</script>'
const HEBREW = 'לקנות חלב ולחם'
const STRANGE = [
  INJECTION,
  '👩‍👩‍👧‍👦 🏳️‍🌈 Fête à l’été',
  HEBREW,
  '\u202Eright to left by force',
  'W'.repeat(200),
  '&lt;b&gt; $(id) {{7*7}} %00 \\',
]

async function rightOf(words: Locator | undefined): Promise<number | undefined> {
  const box = await words?.boundingBox()
  return box ? box.x + box.width : undefined
}

/** Titles that are anything but words, on the narrowest screen: shown as they are, and nothing wider than it. */
export const strangeTitles: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 320, height: 640 })
  await given(
    stage,
    ...STRANGE.slice(1).map((title) => ({ title, description: HEBREW, tags: ['W'.repeat(30)] })),
  )
  await open(stage)
  await page.getByRole('textbox', { name: 'New task' }).fill(INJECTION)
  await page.keyboard.press('Enter')
  const all = async () => {
    for (const title of STRANGE) await checkbox(page, title).waitFor()
    await assertFits(page)
  }
  await all()
  await reload(page)
  await all()
  const [title, description] = await row(page, HEBREW).getByText(HEBREW).all()
  assert.equal(await rightOf(title), await rightOf(description), 'Hebrew stands on both sides')
  await page.getByRole('button', { name: `Edit ${INJECTION}` }).click()
  assert.equal(await page.getByLabel('Title').inputValue(), INJECTION)
  await assertFits(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Delete WWW' }).click()
  await page.getByRole('status').filter({ hasText: 'Deleted' }).waitFor()
  await assertFits(page)
  assert.equal(await page.evaluate('window.injected'), undefined)
}

/** The same said to the assistant. */
export const strangeMessages: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 320, height: 640 })
  await open(stage)
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Assistant' }).click()
  await say(page, `Add a task to ${INJECTION}`)
  await log(page).getByText(`“${INJECTION}”`).waitFor()
  await say(page, `Add a task to ${'W'.repeat(190)}`)
  await log(page)
    .getByText(`“${'W'.repeat(190)}”`)
    .waitFor()
  await log(page).getByText('Used add_task').last().click()
  await assertFits(page)
  assert.equal(await page.evaluate('window.injected'), undefined)
}

/** Titles and messages of which nothing would be seen are not taken, and the field says why. */
export const unseenWords: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Seen' })
  await open(stage)
  const complaint = (field: Locator) =>
    field.evaluate((element) => (element as unknown as { validationMessage: string }).validationMessage)
  const title = page.getByRole('textbox', { name: 'New task' })
  const message = page.getByRole('textbox', { name: 'Message' })
  for (const field of [title, message])
    for (const unseen of ['\u200B\u2060', '\u3164', '\u2800 \u2800', '   ']) {
      await field.fill(unseen)
      assert.equal(await complaint(field), '')
      await field.press('Enter')
      assert.match(await complaint(field), /^Nothing of this can be seen/)
    }
  await page.getByRole('button', { name: 'Edit Seen' }).click()
  const edited = page.getByRole('dialog').getByLabel('Title')
  await edited.fill('\u3164')
  await edited.press('Enter')
  assert.match(await complaint(edited), /^Nothing of this can be seen/)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await title.fill('\u200BSeen too')
  await title.press('Enter')
  await checkbox(page, 'Seen too').waitFor()
  await checkbox(page, 'Seen').waitFor()
  assert.equal((await saved(stage)).length, 2)
}

async function assertFits(page: Page): Promise<void> {
  const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
  assert.ok(beyond <= 0, `the page is ${beyond} pixels wider than the screen`)
}
