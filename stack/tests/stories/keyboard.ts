import type { Story } from '../stage.ts'
import { checkbox, focused, given, open, row, shows } from './home.ts'

/** A whole working day without a mouse. */
export const keyboardOnly: Story = async (stage) => {
  const { page } = stage
  const press = (...keys: string[]) => inTurn(keys, (key) => page.keyboard.press(key))
  await given(stage, { title: 'One' }, { title: 'Two' }, { title: 'Three' })
  await open(stage)

  await press('n')
  await focused(page, page.getByRole('textbox', { name: 'New task' }))
  // Letters that are shortcuts elsewhere, and text here.
  await page.keyboard.type('n/?xejk ')
  await press('Enter')
  await shows(page, ['n/?xejk', 'Three', 'Two', 'One'])

  await press('Escape', 'Shift+Tab', '/')
  await focused(page, page.getByRole('searchbox'))
  await page.keyboard.type('t')
  await shows(page, ['Three', 'Two'])
  await press('Escape')
  await shows(page, ['n/?xejk', 'Three', 'Two', 'One'])

  await press('Escape', 'j')
  await focused(page, checkbox(page, 'n/?xejk'))
  await press('ArrowDown', 'ArrowDown', 'ArrowUp', 'Space')
  await checkbox(page, 'Three', true).waitFor()
  await focused(page, checkbox(page, 'Three'))

  await press('e')
  await focused(page, page.getByLabel('Title'))
  await press('Control+a')
  await page.keyboard.type('Third')
  await press('Enter')
  await checkbox(page, 'Third', true).waitFor()
  await focused(page, row(page, 'Third').locator('*'))

  await press('Delete')
  await shows(page, ['n/?xejk', 'Two', 'One'])
  await focused(page, checkbox(page, 'Two'))
  await press('Control+z')
  await shows(page, ['n/?xejk', 'Third', 'Two', 'One'])
}

/** The first key leads past what is on every page. */
export const skipLink: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await page.keyboard.press('Tab')
  await focused(page, page.getByRole('link', { name: 'Skip to content' }))
  await page.keyboard.press('Enter')
  await focused(page, page.getByRole('main'))
}

/** The list of shortcuts, and the way to have single keys mean nothing. */
export const shortcutHelp: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.getByText('Write a new task').waitFor()
  await help.getByLabel('Single-key shortcuts').click()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.keyboard.press('n')
  await page.keyboard.press('?')
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await help.getByLabel('Single-key shortcuts').click()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.keyboard.press('n')
  await focused(page, page.getByRole('textbox', { name: 'New task' }))
}

async function inTurn<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  for (const item of items) await run(item)
}
