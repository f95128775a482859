import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../shell/state-folder.ts'

const OLDEST = [3, 11] as const
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']

/** The interpreter of the virtual environment that `installPython` makes. */
export function venvPython(name = 'venv'): string {
  return join(stateFolder(), name, 'bin', 'python')
}

/**
 * Makes a virtual environment from a lock file, or leaves it when the file has not changed.
 *
 * @param lockFile below the checkout
 * @param interrupted ends the installation; the next one starts anew
 * @returns false when there was nothing to do
 * @throws Refusal without a Python that is new enough, or when the packages cannot be had
 */
export async function installPython(
  lockFile: string,
  interrupted: AbortSignal,
  name = 'venv',
): Promise<boolean> {
  const lock = readFileSync(join(CHECKOUT, lockFile))
  const wanted = createHash('sha256').update(lock).digest('hex')
  const folder = join(stateFolder(), name)
  const stamp = join(folder, 'installed-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false

  const python = await findPython()
  // A half-made environment must not be taken for a whole one: only the stamp makes it valid, and it comes last.
  rmSync(folder, { recursive: true, force: true })
  const quiet = $({ quiet: true, cwd: CHECKOUT, signal: interrupted })
  try {
    await quiet`${python} -m venv ${folder}`
    await quiet`${join(folder, 'bin', 'python')} -m pip install --quiet --disable-pip-version-check --require-hashes -r ${lockFile}`
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    const said = `${error.stdout}${error.stderr}`.trim().split('\n')
    throw new Refusal(
      `The Python packages of ${lockFile} could not be installed: ${said.findLast((line) => /error/i.test(line)) ?? said.at(-1)}`,
      /ensurepip/.test(said.join())
        ? "install Python's venv module (Debian: apt-get install python3-venv)"
        : 'look at the network and the disk, then again',
    )
  }
  writeFileSync(`${stamp}.partial`, wanted)
  renameSync(`${stamp}.partial`, stamp)
  return true
}

/** @throws Refusal when there is none that is new enough */
async function findPython(): Promise<string> {
  const found: string[] = []
  for (const candidate of CANDIDATES) {
    const print = 'import sys; print(*sys.version_info[:2])'
    const output = await $({ quiet: true, nothrow: true })`${candidate} -c ${print}`
    const [major = 0, minor = 0] = output.stdout.trim().split(' ').map(Number)
    if (major === OLDEST[0] && minor >= OLDEST[1]) return candidate
    if (output.exitCode === 0) found.push(`${candidate} is ${major}.${minor}`)
  }
  throw new Refusal(
    `There is no Python ${OLDEST.join('.')} or newer on this PATH${found.length > 0 ? ` (${found.join(', ')})` : ''}.`,
    'install it (Debian: apt-get install python3 python3-venv; macOS: brew install python), or use --target cluster',
  )
}
