import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { $ } from 'zx/core'
import { CHECKOUT, checkoutFolder } from '../../../lib/shell/state-folder.ts'

/** Gives a copy of this checkout what is installed for this one: the frontend's packages, and Python's. */
export async function shareInstalled(copy: string): Promise<void> {
  await sharePackages(copy)
  shareInState(copy, process.env.XDG_STATE_HOME ?? '', 'todo', [venvFolder()])
}

/** The packages of the frontend. */
export async function sharePackages(copy: string): Promise<void> {
  const packages = join(CHECKOUT, 'apps', 'frontend', 'node_modules')
  // Links to the same files, where one file system has both: there are forty thousand. Next lets no folder be a link.
  const link = $({ quiet: true, nothrow: true })`cp -al ${packages} ${join(copy, 'apps', 'frontend')}`
  if (!(await link).ok) await $({ quiet: true })`cp -a ${packages} ${join(copy, 'apps', 'frontend')}`
}

/**
 * Lays folders into the state folder that a stack of the copy will have, by their own names, where there are such.
 *
 * @param state what XDG_STATE_HOME is for the copy's commands
 */
export function shareInState(copy: string, state: string, stack: string, folders: readonly string[]): void {
  const own = stateInCopy(copy, state, stack)
  mkdirSync(own)
  for (const folder of folders) if (existsSync(folder)) symlinkSync(folder, join(own, basename(folder)))
}

/** The state folder that a stack of the copy has. @param state what XDG_STATE_HOME is for the copy's commands */
export function stateInCopy(copy: string, state: string, stack: string): string {
  const hash = createHash('sha256').update(copy).digest('hex').slice(0, 8)
  return join(state, `${stack}-loop-${hash}`)
}

/** Where Python's packages are for the host target. */
export function venvFolder(): string {
  return join(checkoutFolder(), 'venv')
}
