import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import type { Profile } from '../k8s/settings.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../shell/state-folder.ts'

const FOLDER = join(CHECKOUT, 'frontend')
const MANIFESTS = ['package.json', 'package-lock.json']
const SOURCES = [...MANIFESTS, 'next.config.ts', 'tsconfig.json', 'build', 'src']

/** Installs the frontend's packages. @returns false when they are those of the lock file already */
export function installFrontend(): Promise<boolean> {
  return unlessDone('frontend-packages', MANIFESTS, join(FOLDER, 'node_modules'), (run) => run`npm ci`)
}

/**
 * Builds what the profile runs: the standalone server, or for `dev` only the migration that goes before it.
 *
 * @returns false when nothing changed since the last build
 */
export function buildFrontend(profile: Profile): Promise<boolean> {
  return profile === 'dev'
    ? unlessDone(
        'frontend-migration',
        SOURCES,
        join(FOLDER, 'dist', 'migrate.mjs'),
        (run) => run`npm run build:migrate`,
      )
    : unlessDone(
        'frontend-build',
        SOURCES,
        join(FOLDER, '.next', 'standalone', 'server.js'),
        (run) => run`npm run build`,
      )
}

async function unlessDone(
  name: string,
  inputs: readonly string[],
  output: string,
  action: (run: typeof $) => PromiseLike<unknown>,
): Promise<boolean> {
  const wanted = fingerprint(inputs)
  const stamps = join(stateFolder(), 'stamps')
  const stamp = join(stamps, name)
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  try {
    await action(
      $({ quiet: true, cwd: FOLDER, timeout: '900s', env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } }),
    )
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error
    throw new Refusal(
      `The frontend could not be made (${name}):\n  ${`${error.stdout}${error.stderr}`.trim().split('\n').slice(-15).join('\n  ')}`,
      'correct what it says, then again',
    )
  }
  mkdirSync(stamps, { recursive: true })
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
