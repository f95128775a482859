import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { $ } from 'zx/core'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'
import type { Rig } from './rig.ts'

/** A copy of the checkout for the subjects that change more than a marked line. */
export interface Copy {
  readonly folder: string
  /** For programs that run in the copy: they share no state with the checkout. */
  readonly env: Readonly<Record<string, string>>
}

/** The line of its settings with which the servers' own reloaders are in the place of ours. */
export const STOCK_RELOADERS = 'RELOADERS=stock'

/** What installations and builds have put beside the sources. */
const MADE = ['node_modules', '.next', 'dist']

/**
 * Brings the copy in the state folder to what the checkout holds. What installations and builds have put into it stays from
 * one time to the next: it knows its own age.
 *
 * @param settings the lines of the copy's `.env.local`: the developer's own do not come along
 */
export async function copyCheckout(rig: Rig, settings: readonly string[]): Promise<Copy> {
  const { folder, env } = copyPlace()
  const directories = Object.values(rig.stack.services).flatMap((service) =>
    service.kind === 'program' ? [service.directory] : [],
  )
  empty(folder, directories)
  const git = await $({ quiet: true, cwd: CHECKOUT })`git ls-files -z --cached --others --exclude-standard`
  for (const file of git.stdout.split('\0'))
    if (file && existsSync(join(CHECKOUT, file)))
      cpSync(join(CHECKOUT, file), join(folder, file), { preserveTimestamps: true })
  const packages = join(folder, 'node_modules')
  if (!existsSync(packages)) symlinkSync(join(CHECKOUT, 'node_modules'), packages)
  const own = rig.isMain ? '' : relative(CHECKOUT, rig.folder)
  writeFileSync(join(folder, own, '.env.local'), settings.join('\n'))
  return { folder, env }
}

/** Where the copy is. */
export function copyPlace(): Copy {
  const top = join(checkoutFolder(), 'bench')
  return { folder: join(top, 'checkout'), env: { XDG_STATE_HOME: join(top, 'state'), TODO_ENV_FILE: '' } }
}

/** The words that run a hook or script of the copy. */
export const script = (...words: string[]) => [process.execPath, '--import', 'tsx', ...words]

/** Runs a command of the copy to its end. @returns milliseconds. @throws ProcessOutput when it fails */
export async function timeOf(
  { folder, env }: Copy,
  words: readonly string[],
  interrupted: AbortSignal,
  more: NodeJS.ProcessEnv = {},
): Promise<number> {
  const started = performance.now()
  await $({
    quiet: true,
    cwd: folder,
    signal: interrupted,
    env: { ...process.env, ...env, ...more },
  })`${words}`
  return performance.now() - started
}

/** The folder of what a stack of the copy keeps. */
export function stateOf({ stack }: Rig, { env }: Copy): string {
  const base = env.XDG_STATE_HOME ?? ''
  return join(base, readdirSync(base).find((name) => name.startsWith(`${stack.name}-loop-`)) ?? '')
}

/** Removes what is in a folder but for what was made, there and in the folders of programs. */
function empty(folder: string, directories: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    const below = directories.flatMap((directory) =>
      directory.startsWith(`${name}/`) ? [directory.slice(name.length + 1)] : [],
    )
    if (below.length > 0 || directories.includes(name)) empty(join(folder, name), below)
    else if (!MADE.includes(name)) rmSync(join(folder, name), { recursive: true })
  }
}

/** The words that name the application on a command line in the copy; none for the main one. */
export function stackInCopy({ folder, isMain }: Rig): string[] {
  return isMain ? [] : ['--stack', relative(CHECKOUT, folder)]
}

/** Skaffold's own settings: it looks a second after a save. */
export function useStockSkaffold({ folder }: Copy): void {
  rmSync(join(folder, 'skaffold.env'))
}
