import assert from 'node:assert/strict'
import type { Dialog, Page } from 'playwright-core'
import type { Story } from '../stage.ts'
import { eventually, given, open, openBeforeTrip, row, saved, shows } from './home.ts'

/** Long enough that no answer comes before the page is gone. */
const FAR_AWAY = { offline: false, latency: 400, downloadThroughput: -1, uploadThroughput: -1 }

/** The first change after loading, and the page left at once: the server has it. */
export const leaveAtOnce: Story = async (stage) => {
  const { page } = stage
  const token = page.waitForResponse('**/api/auth/token')
  await open(stage)
  await (await token).finished()
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', FAR_AWAY)
  await page.getByRole('textbox', { name: 'New task' }).fill('Said in the doorway')
  await page.keyboard.press('Enter')
  await page.close()
  await eventually('the task being saved', async () => (await saved(stage)).length === 1)
}

/** What waits for a network is not left behind unasked. */
export const askBeforeLosing: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Old' })
  await openBeforeTrip(stage)
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.getByRole('textbox', { name: 'New task' }).fill('Not sent yet')
  await page.keyboard.press('Enter')
  await shows(page, ['Not sent yet', 'Old'])
  const question = await leave(page, 'location.reload()')
  assert.equal(question.type(), 'beforeunload')
  await question.dismiss()
  await row(page, 'Not sent yet').waitFor()
  await page.context().setOffline(false)
  await eventually('the task being saved', async () => (await saved(stage)).length === 2)
}

/** Leaves a page that asks first; until it is answered, the page does nothing. */
async function leave(page: Page, way: string): Promise<Dialog> {
  const asked = page.waitForEvent('dialog')
  page.evaluate(way).catch(() => undefined)
  return asked
}
