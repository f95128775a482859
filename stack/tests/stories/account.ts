import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { signIn } from '../user.ts'
import { alive, given, open, row } from './home.ts'
import { leftBehind } from './notifications.ts'

/** Another name, and another password: the old one ends, and so does every other session. */
export const changeNameAndPassword: Story = async ({ page, origin, user, expects }) => {
  expects(/console: .* 400 /)
  const elsewhere = await signIn(origin, user)
  const password = crypto.randomUUID()
  await page.goto('/settings')

  await alive(page.getByLabel('Name', { exact: true }))
  await page.getByLabel('Name', { exact: true }).fill('Grace Hopper')
  await page.getByRole('button', { name: 'Change name' }).click()
  await page.getByRole('banner').getByText('Grace Hopper').waitFor()

  await fill(page, 'Current password', 'not the password')
  await fill(page, 'New password', password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('alert').getByText('Invalid password').waitFor()
  await fill(page, 'Current password', user.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Your password is changed.').waitFor()

  const { status } = await fetch(`${origin}/api/auth/token`, { headers: { cookie: elsewhere.cookie } })
  assert.equal(status, 401)
  await signIn(origin, { ...user, password })
  await page.reload()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
}

/** The account goes for good, with its tasks, and leaves nothing in the browser. */
export const deleteAccount: Story = async (stage) => {
  const { page, origin, user, expects } = stage
  expects(/console: .* 400 /)
  await given(stage, { title: 'Mine' })
  await open(stage)
  await row(page, 'Mine').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await alive(page.getByRole('button', { name: 'Delete account' }))
  await page.getByRole('button', { name: 'Delete account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Delete account' }).click()
  await dialog.getByRole('textbox', { name: 'Password' }).fill('not the password')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await dialog.getByText('Invalid password').waitFor()
  await dialog.getByRole('textbox', { name: 'Password' }).fill(user.password)
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await page.waitForURL('**/sign-up')

  await assert.rejects(signIn(origin, user), /401/)
  // The token is good for some minutes yet: it finds nothing.
  const answer = await fetch(`${origin}/api/${user.id}/tasks`, {
    headers: { authorization: `Bearer ${user.token}` },
  })
  assert.deepEqual(await answer.json(), [])
  assert.deepEqual(await leftBehind(page), [])
}

function fill(page: Page, label: string, text: string): Promise<void> {
  return page.getByLabel(label, { exact: true }).fill(text)
}
