import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { violations } from '../../lib/browser/accessible.ts'

/** @throws AssertionError that lists each rule broken on the page as it is now, with the elements at fault */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  const found = (await violations(page)).map(({ rule, help, elements }) => {
    const said = elements.map(({ html, why }) => `\n    ${html}\n      ${why}`)
    return `\n  ${rule}: ${help}${said.join('')}`
  })
  assert.equal(found.length, 0, `${what} is not accessible:${found.join('')}`)
}
