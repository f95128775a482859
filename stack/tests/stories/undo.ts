import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import type { Story } from '../stage.ts'
import { checkbox, focused, given, open, reload, saved, shows, taken } from './home.ts'

/** A task deleted by mistake comes back to where it was, by the toast or by Ctrl+Z. */
export const undoDelete: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'First' }, { title: 'Second', tags: ['dear'] }, { title: 'Third' })
  await open(stage)
  await page.getByRole('button', { name: 'Delete Second' }).click()
  await shows(page, ['Third', 'First'])
  const toast = page.getByRole('status').filter({ hasText: 'Deleted “Second”.' })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await shows(page, ['Third', 'Second', 'First'])

  await page.getByRole('button', { name: 'Delete Second' }).click()
  await shows(page, ['Third', 'First'])
  await page.keyboard.press('Control+z')
  await shows(page, ['Third', 'Second', 'First'])
  await reload(page)
  await shows(page, ['Third', 'Second', 'First'])
  assert.deepEqual((await saved(stage))[1]?.tags, ['dear'])
}

/** The focus is never lost: not with the only task, nor with the button that brings it back. */
export const focusAfterDelete: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Only' })
  await open(stage)
  await page.getByRole('button', { name: 'Delete Only' }).press('Enter')
  await page.getByText('Nothing to do yet.').waitFor()
  await focused(page, page.getByRole('heading', { name: 'Tasks' }))
  await page.getByRole('button', { name: 'Undo' }).press('Enter')
  await focused(page, checkbox(page, 'Only'))
}

/** Many deletions: the latest are told, with their button in sight, beside the chat; no word stays of what is undone. */
export const undoMany: Story = async (stage) => {
  const { page } = stage
  const titles = Array.from({ length: 7 }, (_, index) => `Task ${index} ${'long'.repeat(index * 6)}`)
  await given(stage, ...titles.map((title) => ({ title })))
  await open(stage)
  for (const title of titles) await page.getByRole('button', { name: `Delete ${title}` }).click()
  const toasts = page.getByRole('status').filter({ hasText: 'Deleted “' })
  await toasts.filter({ hasText: 'Task 6' }).waitFor()
  for (const index of [3, 4, 5, 6]) {
    const toast = toasts.filter({ hasText: `Task ${index} ` })
    const undo = await boxOf(toast.getByRole('button', { name: 'Undo' }))
    const around = await boxOf(toast)
    assert.ok(undo.x + undo.width <= around.x + around.width, `Undo of task ${index} is out of its toast`)
    const chat = await boxOf(page.getByRole('region', { name: 'Assistant' }))
    assert.ok(around.x + around.width <= chat.x, 'the toast covers the chat')
  }
  for (const _ of titles) await page.keyboard.press('Control+z')
  await shows(page, titles.toReversed())
  await toasts.first().waitFor({ state: 'detached' })
}

async function boxOf(control: Locator): Promise<{ x: number; width: number }> {
  const box = await control.boundingBox()
  assert.ok(box)
  return box
}

/** Completing, renaming and adding can be taken back as well, the latest first. */
export const undoChanges: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Old name' })
  await open(stage)
  await checkbox(page, 'Old name').click()
  await checkbox(page, 'Old name', true).waitFor()
  await page.getByRole('button', { name: 'Edit Old name' }).click()
  await page.getByLabel('Title').fill('New name')
  await page.getByRole('button', { name: 'Save' }).click()
  await checkbox(page, 'New name', true).waitFor()
  await page.getByRole('textbox', { name: 'New task' }).fill('Another')
  await page.keyboard.press('Enter')
  await taken(page, 'Another')
  await page.getByRole('textbox', { name: 'New task' }).blur()

  await page.keyboard.press('Control+z')
  await shows(page, ['New name'])
  await page.keyboard.press('Control+z')
  await checkbox(page, 'Old name', true).waitFor()
  await page.keyboard.press('Control+z')
  await checkbox(page, 'Old name', false).waitFor()
  await reload(page)
  await checkbox(page, 'Old name', false).waitFor()
}
