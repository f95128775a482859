import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { recordDown } from '../cluster/target.ts'
import type { Application } from '../stack/application.ts'
import { endAll } from './running.ts'
import { removeHostSecrets } from './secrets.ts'
import { hostStores } from './stores.ts'

/**
 * Ends whatever of the host target runs, and forgets that it is up; the data stays unless asked for.
 *
 * @param data removes the stores' data and the secrets with it: either is worth nothing without the other
 * @returns the names of what was ended
 */
export async function end(
  { state, stack }: Pick<Application, 'state' | 'stack'>,
  { data = false } = {},
): Promise<string[]> {
  const stores = hostStores(state, stack)
  const ended = await endAll(state)
  for (const { name, stop } of stores) if (await stop()) ended.push(name)
  rmSync(join(state, 'services'), { recursive: true, force: true })
  recordDown(state, 'host')
  if (data) {
    for (const { remove } of stores) remove()
    removeHostSecrets(state)
  }
  return ended
}
