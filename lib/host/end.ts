import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { recordDown } from '../cluster/target.ts'
import { stateFolder } from '../shell/state-folder.ts'
import { removePostgres, stopPostgres } from './postgres.ts'
import { endAll } from './running.ts'
import { removeHostSecrets } from './secrets.ts'

/**
 * Ends whatever of the host target runs, and forgets that it is up; the data stays unless asked for.
 *
 * @param data removes the database and the secrets with it: either is worth nothing without the other
 * @returns the names of what was ended
 */
export async function end({ data = false } = {}): Promise<string[]> {
  const ended = await endAll()
  if (await stopPostgres()) ended.push('postgres')
  rmSync(join(stateFolder(), 'services'), { recursive: true, force: true })
  recordDown('host')
  if (data) {
    removePostgres()
    removeHostSecrets()
  }
  return ended
}
