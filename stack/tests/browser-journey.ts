import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { alive } from './stories/home.ts'

/**
 * What a newcomer does in the first minute: signs up, adds a task by hand and one by chat, completes one, comes back.
 *
 * @param screenshot where to put a picture of the page at the end; none without it
 */
export async function firstMinute(browser: Browser, origin: string, screenshot?: string): Promise<void> {
  const page = await browser.newPage()
  const broken: string[] = []
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('requestfailed', (request) => broken.push(`${request.url()} ${request.failure()?.errorText}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      broken.push(`asks ${request.url()}`)
  })

  await page.goto(`${origin}/sign-up`)
  await alive(page.getByLabel('Name'))
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(`${crypto.randomUUID()}@test.local`)
  await page.getByLabel('Password').fill(crypto.randomUUID())
  await page.getByRole('button', { name: 'Create account' }).click()

  await alive(page.getByLabel('New task'))
  await page.getByLabel('New task').fill('Water the plants')
  await page.getByRole('button', { name: 'Add task' }).click()
  const byHand = page.getByRole('checkbox', { name: 'Water the plants' })
  await byHand.waitFor()

  await page.getByLabel('Message').fill('Add a task to buy groceries')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('checkbox', { name: 'Buy groceries' }).waitFor()
  await page.getByText('Used add_task').waitFor()

  // It is shown before the server has it.
  const completed = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await byHand.click()
  await page.getByRole('checkbox', { name: 'Water the plants', checked: true }).waitFor()
  await completed
  await page.reload()
  await page.getByRole('checkbox', { name: 'Water the plants', checked: true }).waitFor()
  await page.getByRole('checkbox', { name: 'Buy groceries', checked: false }).waitFor()
  if (screenshot) await page.screenshot({ path: screenshot })

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  assert.deepEqual(
    broken.filter((line) => !line.includes('ERR_ABORTED')),
    [],
  )
  await page.close()
}
