import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import type { Profile } from '../k8s/settings.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

const FOLDER = join(CHECKOUT, 'frontend')
const MANIFESTS = ['package.json', 'package-lock.json']
const SOURCES = [...MANIFESTS, 'next.config.ts', 'tsconfig.json', 'build', 'src']

/** Installs the frontend's packages. @returns false when they are those of the lock file already */
export function installFrontend(interrupted: AbortSignal): Promise<boolean> {
  return unlessDone(MANIFESTS, 'node_modules', ['npm', 'ci'], interrupted)
}

/**
 * Builds what the profile runs: the standalone server, or for `dev` only the migration that goes before it.
 *
 * @returns false when nothing changed since the last build
 * @throws Refusal with the build's own last words
 */
export function buildFrontend(profile: Profile, interrupted: AbortSignal): Promise<boolean> {
  return profile === 'dev'
    ? unlessDone(SOURCES, 'dist', ['npm', 'run', 'build:migrate'], interrupted)
    : unlessDone(SOURCES, '.next/standalone', ['npm', 'run', 'build'], interrupted)
}

/** The stamp lies in the output itself: whoever removes or replaces that takes it along. */
async function unlessDone(
  inputs: readonly string[],
  output: string,
  command: readonly string[],
  interrupted: AbortSignal,
): Promise<boolean> {
  const wanted = fingerprint(inputs)
  const stamp = join(FOLDER, output, '.made-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  try {
    await $({ quiet: true, cwd: FOLDER, signal: interrupted, env })`${command}`
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    const said = `${error.stdout}${error.stderr}`.trim().split('\n').slice(-15).join('\n  ')
    throw new Refusal(
      `${command.join(' ')} failed in frontend/:\n  ${said}`,
      'correct what it says, then again',
    )
  }
  writeFileSync(stamp, wanted)
  return true
}

function fingerprint(inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.version)
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
