import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import type { Profile } from '../../k8s/settings.ts'
import { environment } from '../shell/environment.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

const FOLDER = join(CHECKOUT, 'apps', 'frontend')
const MANIFESTS = ['package.json', 'package-lock.json', '.npmrc']
const SOURCES = [
  ...MANIFESTS,
  ...['next.config.ts', 'tsconfig.json', 'build', 'src'],
  // Nothing of ours is in them, but Next reads them into what it builds.
  ...['.env', '.env.local', '.env.production', '.env.production.local'],
]

/** Native packages are of one system and one of Node's binary interfaces; a build also knows where it was made. */
const SYSTEM = [process.platform, process.arch, process.versions.modules]
const PLACE = [...SYSTEM, process.version, FOLDER]

/** Installs the frontend's packages. @returns false when they are those of the lock file already */
export function installFrontend(interrupted: AbortSignal): Promise<boolean> {
  // A person who leaves them out elsewhere still builds here.
  const everything = ['--include=dev', '--include=optional']
  return unlessDone([MANIFESTS, SYSTEM], 'node_modules', ['npm', 'ci', ...everything], interrupted)
}

/**
 * Builds what the profile runs: the standalone server, or for `dev` only the migration that goes before it.
 *
 * @returns false when nothing changed since the last build
 * @throws Refusal with the build's own last words
 */
export function buildFrontend(profile: Profile, interrupted: AbortSignal): Promise<boolean> {
  return profile === 'dev'
    ? unlessDone([SOURCES, PLACE], 'dist', ['npm', 'run', 'build:migrate'], interrupted)
    : unlessDone([SOURCES, PLACE], '.next/standalone', ['npm', 'run', 'build'], interrupted)
}

/** The stamp lies in the output itself: whoever removes or replaces that takes it along. */
async function unlessDone(
  [inputs, circumstances]: readonly [inputs: readonly string[], circumstances: readonly string[]],
  output: string,
  command: readonly string[],
  interrupted: AbortSignal,
): Promise<boolean> {
  const wanted = fingerprint(inputs, circumstances)
  const stamp = join(FOLDER, output, '.made-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  const env = { ...environment('npm'), NEXT_TELEMETRY_DISABLED: '1' }
  try {
    await $({ quiet: true, cwd: FOLDER, signal: interrupted, env })`${command}`
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    const said = `${error.stdout}${error.stderr}`.trim().split('\n').slice(-15).join('\n  ')
    throw new Refusal(
      `${command.join(' ')} failed in apps/frontend/:\n  ${said}`,
      'correct what it says, then again',
    )
  }
  writeFileSync(stamp, wanted)
  return true
}

function fingerprint(inputs: readonly string[], circumstances: readonly string[]): string {
  const hash = createHash('sha256').update(circumstances.join('\n'))
  for (const file of inputs.flatMap(files)) hash.update(file).update(readFileSync(join(FOLDER, file)))
  return hash.digest('hex')
}

function files(path: string): string[] {
  if (!existsSync(join(FOLDER, path))) return []
  if (!statSync(join(FOLDER, path)).isDirectory()) return [path]
  return readdirSync(join(FOLDER, path))
    .sort()
    .flatMap((name) => files(join(path, name)))
}
