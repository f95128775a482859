import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
/** WCAG 2.2 A and AA, and what axe counts as good practice: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** @throws AssertionError that lists each rule broken on the page as it is now, with the elements at fault */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ runOnly: ${JSON.stringify(RULES)} })`)
  const found = violations.map(({ id, help, nodes }) => {
    const elements = nodes.map(({ html, failureSummary }) => `\n    ${html}\n      ${failureSummary}`)
    return `\n  ${id}: ${help}${elements.join('')}`
  })
  assert.equal(found.length, 0, `${what} is not accessible:${found.join('')}`)
}
