import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noRoom } from './no-room.ts'
import { Refusal } from './refusal.ts'
import { CHECKOUT, HASH, OF_A_STACK, stateBase } from './state-place.mjs'

export { CHECKOUT }

/**
 * Where everything of a stack that outlives a command is kept, outside the checkout: a write below a watched tree postpones
 * Skaffold's sync. One folder a stack and checkout, readable by its owner alone.
 *
 * @param stack its name
 * @returns an absolute path; the folder exists
 */
export function stateFolder(stack: string): string {
  return folderNamed(`${stack}${OF_A_STACK}`)
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
  const folder = join(stateBase(), name)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw (
      noRoom(error) ??
      new Refusal(
        `${folder}, which keeps what outlives a command, cannot be written (${error.code}).`,
        'make it yours (chown), or name a folder of yours in XDG_STATE_HOME',
      )
    )
  }
  return folder
}
