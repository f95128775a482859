import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { inItsWords } from '../../shell/in-its-words.ts'
import { Refusal } from '../../shell/refusal.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'

/** What of a folder says which packages it has. */
export const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc']

/** Native packages are of one system and one of Node's binary interfaces. */
const SYSTEM = [process.platform, process.arch, process.versions.modules]

/** What a command makes out of what, in the folder of a program. */
export interface Recipe {
  /** Files and folders. */
  readonly inputs: readonly string[]
  readonly output: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Installs the packages of a program.
 *
 * @param directory its folder, below the checkout
 * @returns false when they are those of the lock file already
 * @throws Refusal with npm's own words
 */
export function installPackages(directory: string, interrupted: AbortSignal): Promise<boolean> {
  // A person who leaves them out elsewhere still builds here.
  const command = ['npm', 'ci', '--include=dev', '--include=optional']
  return unlessDone(directory, { inputs: MANIFESTS, output: 'node_modules', command }, SYSTEM, interrupted)
}

/**
 * Builds a program.
 *
 * @param directory its folder, below the checkout
 * @returns false when nothing changed since the last build
 * @throws Refusal with the build's own words
 */
export function build(directory: string, made: Recipe, interrupted: AbortSignal): Promise<boolean> {
  // A build also knows where it was made.
  const circumstances = [...SYSTEM, process.version, join(CHECKOUT, directory)]
  return unlessDone(directory, made, circumstances, interrupted)
}

/** The stamp lies in the output itself: whoever removes or replaces that takes it along. */
async function unlessDone(
  directory: string,
  { inputs, output, command, env = {} }: Recipe,
  circumstances: readonly string[],
  interrupted: AbortSignal,
): Promise<boolean> {
  const folder = join(CHECKOUT, directory)
  const wanted = fingerprint(folder, inputs, circumstances)
  const stamp = join(folder, output, '.made-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  try {
    await $({
      quiet: true,
      cwd: folder,
      signal: interrupted,
      env: { ...environment('npm'), ...env },
    })`${command}`
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    throw new Refusal(
      `${command.join(' ')} failed in ${directory}/:\n  ${inItsWords(`${error.stdout}${error.stderr}`)}`,
      'correct what it says, then again',
    )
  }
  writeFileSync(stamp, wanted)
  return true
}

function fingerprint(folder: string, inputs: readonly string[], circumstances: readonly string[]): string {
  const hash = createHash('sha256').update(circumstances.join('\n'))
  for (const file of inputs.flatMap((path) => files(folder, path)))
    hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}

function files(folder: string, path: string): string[] {
  if (!existsSync(join(folder, path))) return []
  if (!statSync(join(folder, path)).isDirectory()) return [path]
  return readdirSync(join(folder, path))
    .sort()
    .flatMap((name) => files(folder, join(path, name)))
}
