import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../../shell/find-program.ts'
import { Refusal } from '../../shell/refusal.ts'
import { CHECKOUT, toolFolder } from '../../shell/state-folder.ts'
import { failureOf } from './installation.ts'
import { fitting, type Interpreter } from './interpreter.ts'
import { pip } from './pip.ts'

/** Which uv, with the hashes of its wheels: images install it from here too. */
const PINNED = 'lib/runtimes/python/uv-requirements.txt'

const underway = new Map<string, Promise<string>>()

/**
 * Finds a uv that is at least the pinned one, on PATH or in the state folder, or fetches that one as a wheel: pip does, by
 * whose settings people reach their registry.
 *
 * @param interpreters the interpreters of this machine
 * @returns its path
 * @throws Refusal when no Python can fetch it, or it cannot be had
 */
export async function ensureUv(
  interpreters: readonly Interpreter[],
  interrupted: AbortSignal,
): Promise<string> {
  const [, version = ''] = /^uv==(\S+)/m.exec(readFileSync(join(CHECKOUT, PINNED), 'utf8')) ?? []
  const program = await findProgram({ name: 'uv', floor: `v${version}`, versionArguments: ['--version'] })
  if (program) return program.path
  const path = join(toolFolder(), 'uv')
  const fetching = underway.get(path) ?? fetchUv(path, version, interpreters, interrupted)
  underway.set(path, fetching)
  return fetching.finally(() => underway.delete(path))
}

async function fetchUv(
  path: string,
  version: string,
  interpreters: readonly Interpreter[],
  interrupted: AbortSignal,
): Promise<string> {
  const safely = ['--require-hashes', '--only-binary=:all:', '--no-compile']
  const words = ['install', '--quiet', '--disable-pip-version-check', ...safely, '-r', PINNED]
  const unpacked = join(toolFolder(), `.uv.${randomUUID()}.part`)
  const failures: string[] = []
  try {
    await mkdir(toolFolder(), { recursive: true })
    for (const python of new Set(fitting(interpreters, ['pip', 'ssl']).map(({ path: python }) => python))) {
      const failure = await failureOf(pip(python, ...words, '--target', unpacked), interrupted)
      if (failure === undefined) {
        await rename(join(unpacked, 'bin', 'uv'), path)
        return path
      }
      failures.push(`${python}: ${failure}`)
    }
    throw new Refusal(
      `uv ${version}, which installs the Python packages, could not be had by pip.\n  ${failures.join('\n  ')}`,
      `look at the network and the disk, then again, or put uv ${version} on PATH`,
    )
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
}
