import type { Page } from 'playwright-core'
import { assertAccessible } from '../../../tests/browser/accessible.ts'
import type { Stage, Story } from '../stage.ts'
import { log, say } from './chat.ts'
import { alive, eventually, given, open, row, sent } from './home.ts'

/** The pages before one is signed in, with what they say of a mistake. */
export const accessibleDoors: Story = async ({ page, expects }) => {
  expects(/console: .* 401 /)
  await page.context().clearCookies()
  for (const path of ['/sign-up', '/sign-in']) {
    await page.goto(path)
    await alive(page.getByLabel('E-mail'))
    await inBothThemes(page, path)
  }
  await page.getByLabel('E-mail').fill('nobody@test.local')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('Invalid').waitFor()
  await inBothThemes(page, 'a sign-in that failed')
}

/** Tasks of every kind and a conversation, on a desk and in the hand. */
export const accessibleHome: Story = async (stage) => {
  const { page } = stage
  await furnish(stage)
  await open(stage)
  await say(page, 'What’s pending?')
  await log(page).getByText('You have').waitFor()
  await inBothThemes(page, 'the home page')
  await page.setViewportSize({ width: 390, height: 844 })
  await inBothThemes(page, 'the tasks on a phone')
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Assistant' }).click()
  await inBothThemes(page, 'the assistant on a phone')
}

/** What opens over the page or in it. */
export const accessibleDialogs: Story = async (stage) => {
  const { page } = stage
  await furnish(stage)
  await open(stage)
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByLabel('Priority', { exact: true }).selectOption('High')
  await page.getByRole('button', { name: 'Delete Later' }).click()
  await page.getByRole('status').filter({ hasText: 'Deleted' }).waitFor()
  await page.getByRole('button', { name: 'Conversations' }).click()
  await page.getByText('There is no conversation yet.').waitFor()
  await inBothThemes(page, 'a plan, a toast and the list of conversations')
  await page.getByRole('button', { name: 'Edit Overdue' }).click()
  await page.getByRole('dialog', { name: 'Edit task' }).getByLabel('Title').waitFor()
  await inBothThemes(page, 'the dialog of a task')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await inBothThemes(page, 'the list of shortcuts')
}

/** What a page without anything in it says, and one that is not there. */
export const accessibleNothing: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 404 /)
  await open(stage)
  await inBothThemes(page, 'the empty page')
  await page.getByRole('searchbox').fill('nothing')
  await page.getByText('No task matches.').waitFor()
  await assertAccessible(page, 'a search without a result')
  await page.goto('/nowhere')
  await inBothThemes(page, 'the page that is not there')
}

/** The settings, and the question before an account is deleted. */
export const accessibleSettings: Story = async ({ page }) => {
  await page.goto('/settings')
  await alive(page.getByLabel('New password'))
  await inBothThemes(page, 'the settings')
  await page.setViewportSize({ width: 390, height: 844 })
  await inBothThemes(page, 'the settings on a phone')
  await page.getByRole('button', { name: 'Delete account…' }).click()
  await page.getByRole('dialog', { name: 'Delete your account?' }).getByLabel('Password').waitFor()
  await inBothThemes(page, 'the question before an account is deleted')
}

async function furnish(stage: Stage): Promise<void> {
  await given(
    stage,
    { title: 'Later', priority: 'low', due_at: '2040-01-01T12:00:00Z', tags: ['one', 'two'] },
    { title: 'Overdue', description: 'Since long', priority: 'high', due_at: '2001-01-01T12:00:00Z' },
    { title: 'Done', priority: 'medium', tags: ['three'] },
  )
  await open(stage)
  await row(stage.page, 'Done').getByRole('checkbox').click()
  await sent(stage.page)
}

const STILL = `document.getAnimations().every(({ playState }) => playState !== 'running')`

async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    // What fades in or out has colours of neither theme.
    await eventually('the page standing still', () => page.evaluate<boolean>(STILL))
    await assertAccessible(page, `${what} (${colorScheme})`)
  }
}
