import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the checkout. */
export const CHECKOUT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** @returns the folder of the tools we installed ourselves */
export function toolFolder(): string {
  return join(stateFolder(), 'bin')
}

/**
 * Where everything that outlives a command is kept, outside the checkout: a write below a watched tree postpones
 * Skaffold's sync. One folder a checkout, readable by its owner alone.
 *
 * @returns an absolute path; the folder exists
 */
export function stateFolder(): string {
  const hash = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8)
  return folderNamed(`todo-loop-${hash}`)
}

/**
 * Where what all checkouts of this user share is kept, readable by that user alone.
 *
 * @returns an absolute path; the folder exists
 */
export function sharedFolder(): string {
  return folderNamed('todo-loop')
}

function folderNamed(name: string): string {
  const wanted = process.env.XDG_STATE_HOME
  // The XDG specification has relative paths ignored.
  const base = wanted && isAbsolute(wanted) ? wanted : join(homedir(), '.local', 'state')
  const folder = join(base, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
