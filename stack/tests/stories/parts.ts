import type { Story } from '../stage.ts'
import { given, loadAhead, openBeforeTrip, row, shows, told } from './home.ts'

const REFUSAL = 'This part of the page could not be loaded.'

/** What is loaded only when it is used: without a network it is refused, not the end of the page; then it is there. */
export const partsLoadedLater: Story = async (stage) => {
  const { page, expects } = stage
  expects(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  await given(stage, { title: 'Stay' }, { title: 'Go' })
  await openBeforeTrip(stage)
  const message = page.getByRole('textbox', { name: 'Message' })
  const plan = page.getByRole('button', { name: 'Plan', exact: true })
  const conversations = page.getByRole('button', { name: 'Conversations', exact: true })

  await page.context().setOffline(true)
  await message.fill('Add a task to feed the cat')
  await plan.click()
  await page.locator('#plan').getByRole('alert').filter({ hasText: REFUSAL }).waitFor()
  await plan.click()
  await conversations.click()
  await told(page, 'alert', REFUSAL)
  await conversations.click()
  await page.getByRole('button', { name: 'Delete Go' }).click()
  await told(page, 'alert', REFUSAL)
  await shows(page, ['Stay'])
  // It goes after a while, and what comes next can be told from it.
  await page.getByRole('alert').filter({ hasText: REFUSAL }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Edit Stay' }).click()
  await told(page, 'alert', REFUSAL)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('log').getByText(REFUSAL).waitFor()

  await page.context().setOffline(false)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  await loadAhead(page)
  await page.context().setOffline(true)
  await plan.click()
  await page.getByLabel('Priority', { exact: true }).waitFor()
  await conversations.click()
  await page.getByText('They are shown as soon as you are online.').waitFor()
  await conversations.click()
  await row(page, 'Stay').getByRole('button', { name: 'Edit Stay' }).click()
  await page.getByRole('dialog', { name: 'Edit task' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Delete Stay' }).click()
  await told(page, 'status', 'Deleted “Stay”.')
  await page.context().setOffline(false)
}
