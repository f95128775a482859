import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { alive, given, open, saved, shows, taken } from './home.ts'

const DAY_MS = 86_400_000

/** Wrong words at the door, then the right ones; and out again. */
export const signIn: Story = async (stage) => {
  const { page, user, expects } = stage
  expects(/console: .* 401 /)
  await given(stage, { title: 'Mine' })
  await page.context().clearCookies()
  await page.goto('/')
  await page.waitForURL('**/sign-in')
  await enter(page, user.email, 'not the password')
  await page.getByRole('alert').getByText('Invalid email or password').waitFor()
  assert.equal(await page.getByLabel('E-mail').inputValue(), user.email)
  await enter(page, user.email, user.password)
  await shows(page, ['Mine'])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  assert.equal(await page.getByText('Mine', { exact: true }).count(), 0)
}

/** An address that has an account already, and a password that is too short. */
export const signUpErrors: Story = async ({ page, user, expects }) => {
  expects(/console: .* 422 /)
  await page.context().clearCookies()
  await page.goto('/sign-up')
  await alive(page.getByLabel('E-mail'))
  await page.getByLabel('Name').fill('Twin')
  await enter(page, user.email, 'short', 'Create account')
  assert.match(page.url(), /\/sign-up$/)
  assert.equal(await page.locator(':invalid').and(page.getByLabel('Password')).count(), 1)
  await enter(page, user.email, 'long enough by far', 'Create account')
  await page
    .getByRole('alert')
    .getByText(/already exists/)
    .waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await enter(page, user.email, user.password)
  await page.getByText('Nothing to do yet.').waitFor()
}

/** A session that ends elsewhere while one is at work: to the door, and back to where one was with what was typed. */
export const sessionGone: Story = async (stage) => {
  const { page, origin, user, expects } = stage
  expects(/console: .* 401 /)
  await open(stage, '/?status=pending')
  await page.getByRole('textbox', { name: 'New task' }).fill('Still here')
  await page.keyboard.press('Enter')
  await taken(page, 'Still here')
  const answer = await fetch(`${origin}/api/auth/sign-out`, {
    method: 'POST',
    headers: { cookie: user.cookie, origin, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(answer.status, 200)
  // Which the page notices once the token that it has by now has expired.
  await page.clock.setFixedTime(Date.now() + DAY_MS)
  await page.getByRole('textbox', { name: 'New task' }).fill('Too late')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sign-in?*')
  await enter(page, user.email, user.password)
  await page.waitForURL('**/?status=pending')
  await shows(page, ['Still here'])
  const field = page.getByRole('textbox', { name: 'New task' })
  await alive(field)
  assert.equal(await field.inputValue(), 'Too late')
}

/** A machine whose clock is days off: its owner is signed in all the same, and tokens are not renewed over and over. */
export const wrongClock: Story = async (stage) => {
  const { page } = stage
  let tokens = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/api/auth/token')) tokens += 1
  })
  await page.clock.setFixedTime(Date.now() + 5 * DAY_MS)
  await open(stage)
  for (const title of ['One', 'Two', 'Three']) {
    await page.getByRole('textbox', { name: 'New task' }).fill(title)
    await page.keyboard.press('Enter')
    await taken(page, title)
  }
  assert.equal((await saved(stage)).length, 3)
  assert.equal(tokens, 1)
}

async function enter(page: Page, email: string, password: string, button = 'Sign in'): Promise<void> {
  await alive(page.getByLabel('E-mail'))
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: button }).click()
}
