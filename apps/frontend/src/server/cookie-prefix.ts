import { createHmac } from 'node:crypto'
import type { Settings } from './settings.ts'

/**
 * What the names of this stack's cookies begin with. A browser tells neither ports nor stacks of one host apart: with one
 * name for all, signing in to one stack signs out of the other, https://www.rfc-editor.org/rfc/rfc6265#section-8.5
 *
 * @returns the same for all replicas, and another one for a stack with another secret or at another address
 */
export function cookiePrefix({ authSecret, publicOrigins }: Settings): string {
  const digest = createHmac('sha256', authSecret).update(publicOrigins.join()).digest('hex')
  return `todo-${digest.slice(0, 8)}`
}
