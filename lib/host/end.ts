import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { recordDown } from '../cluster/target.ts'
import { removePostgres, stopPostgres } from './postgres.ts'
import { endAll } from './running.ts'
import { removeHostSecrets } from './secrets.ts'

/**
 * Ends whatever of the host target runs, and forgets that it is up; the data stays unless asked for.
 *
 * @param state the folder of what outlives a command
 * @param data removes the database and the secrets with it: either is worth nothing without the other
 * @returns the names of what was ended
 */
export async function end(state: string, { data = false } = {}): Promise<string[]> {
  const ended = await endAll(state)
  if (await stopPostgres(state)) ended.push('postgres')
  rmSync(join(state, 'services'), { recursive: true, force: true })
  recordDown(state, 'host')
  if (data) {
    removePostgres(state)
    removeHostSecrets(state)
  }
  return ended
}
