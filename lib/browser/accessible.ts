import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2 A and AA, and what axe counts as good practice: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A rule that a page breaks. */
export interface Violation {
  readonly rule: string
  readonly help: string
  /** The elements at fault, as HTML, and what is wrong with each. */
  readonly elements: readonly { readonly html: string; readonly why: string }[]
}

/** @returns each rule that is broken on the page as it is now */
export async function violations(page: Page): Promise<readonly Violation[]> {
  await page.evaluate(readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8'))
  const results = await page.evaluate<AxeResults>(`axe.run({ runOnly: ${JSON.stringify(RULES)} })`)
  return results.violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    elements: nodes.map(({ html, failureSummary = '' }) => ({ html, why: failureSummary })),
  }))
}
