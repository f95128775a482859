import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the checkout. */
export const CHECKOUT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** Two checkouts keep nothing in the same folder. */
const HASH = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8)

/**
 * Where everything of a stack that outlives a command is kept, outside the checkout: a write below a watched tree postpones
 * Skaffold's sync. One folder a stack and checkout, readable by its owner alone.
 *
 * @param stack its name
 * @returns an absolute path; the folder exists
 */
export function stateFolder(stack: string): string {
  return folderNamed(`${stack}-loop-${HASH}`)
}

/**
 * Where what all stacks of this checkout share is kept, readable by its owner alone.
 *
 * @returns an absolute path; the folder exists
 */
export function checkoutFolder(): string {
  return folderNamed(`${project()}-${HASH}`)
}

/** @returns the folder of the tools we installed ourselves */
export function toolFolder(): string {
  return join(checkoutFolder(), 'bin')
}

/**
 * Where what all checkouts of this user share is kept, readable by that user alone.
 *
 * @returns an absolute path; the folder exists
 */
export function sharedFolder(): string {
  return folderNamed(project())
}

function project(): string {
  return (JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { name: string }).name
}

function folderNamed(name: string): string {
  const wanted = process.env.XDG_STATE_HOME
  // The XDG specification has relative paths ignored.
  const base = wanted && isAbsolute(wanted) ? wanted : join(homedir(), '.local', 'state')
  const folder = join(base, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
