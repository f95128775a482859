import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import { environment } from '../shell/environment.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../shell/state-folder.ts'
import { fitting, interpreters } from './interpreter.ts'

/** The interpreter of the virtual environment that `installPython` makes. */
export function venvPython(name = 'venv'): string {
  return join(stateFolder(), name, 'bin', 'python')
}

/**
 * Makes a virtual environment from a lock file, or leaves it where neither that file nor the interpreter in it changed.
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
  const lock = createHash('sha256')
    .update(readFileSync(join(CHECKOUT, lockFile)))
    .digest('hex')
  const folder = join(stateFolder(), name)
  const python = venvPython(name)
  const stamp = join(folder, 'installed-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === `${lock}\n${await identity(python)}`) return false

  await makeEnvironment(folder, interrupted)
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes']
  const failure = await failureOf([python, ...pip, '-r', lockFile], interrupted)
  if (failure)
    throw new Refusal(
      `The Python packages of ${lockFile} could not be installed: ${failure}`,
      'look at the network and the disk, then again',
    )
  writeFileSync(`${stamp}.partial`, `${lock}\n${await identity(python)}`)
  renameSync(`${stamp}.partial`, stamp)
  return true
}

/** By the first interpreter that can: one may have the modules for it, and fail all the same. */
async function makeEnvironment(folder: string, interrupted: AbortSignal): Promise<void> {
  const failures: string[] = []
  for (const { command } of fitting(await interpreters())) {
    // A half-made environment must not be taken for a whole one: only the stamp makes it valid, and it comes last.
    rmSync(folder, { recursive: true, force: true })
    const failure = await failureOf([command, '-m', 'venv', folder], interrupted)
    if (failure === undefined) return
    failures.push(`${command}: ${failure}`)
  }
  throw new Refusal(
    `No Python of this PATH made a virtual environment.\n  ${failures.join('\n  ')}`,
    "install Python's venv module (Debian: apt-get install python3-venv), or look at the disk",
  )
}

/** @returns what the command said was wrong; undefined when it went well */
async function failureOf(command: readonly string[], interrupted: AbortSignal): Promise<string | undefined> {
  try {
    await $({ quiet: true, cwd: CHECKOUT, signal: interrupted, env: environment('pip') })`${command}`
    return undefined
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    const said = `${error.stdout}${error.stderr}`.trim().split('\n')
    return said.findLast((line) => /error/i.test(line)) ?? (said.at(-1) || `it ended with ${error.exitCode}`)
  }
}

const IDENTITY = `import os, sys, sysconfig
print(os.path.realpath(sys.executable), sys.version, sysconfig.get_platform(), sep="\\n")`

/** What packages were installed for: another interpreter at that path has none of them. */
async function identity(python: string): Promise<string> {
  const { stdout } = await $({
    quiet: true,
    nothrow: true,
    env: environment('pip'),
  })`${python} -I -c ${IDENTITY}`
  return stdout
}
