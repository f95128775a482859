import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { Refusal } from '../../shell/refusal.ts'
import { replaceFile } from '../../shell/replace-file.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import { failureOf } from './installation.ts'
import { fitting, type Interpreter, interpreters } from './interpreter.ts'
import { exportWords, installWords, lockFile, type PythonPackages } from './lock.ts'
import { pipSettings } from './pip.ts'
import { ensureUv } from './uv.ts'

/** The interpreter of the virtual environment that `installPython` makes. */
export function venvPython(state: string, name = 'venv'): string {
  return join(state, name, 'bin', 'python')
}

/**
 * Makes a virtual environment of packages, or leaves it where neither their lock file nor the interpreter in it changed.
 *
 * @param state the folder of what outlives a command
 * @param interrupted ends the installation; the next one starts anew
 * @returns false when there was nothing to do
 * @throws Refusal without a Python that is new enough, or when the packages cannot be had
 */
export async function installPython(
  state: string,
  packages: PythonPackages,
  interrupted: AbortSignal,
  name = 'venv',
): Promise<boolean> {
  const beside = 'beside' in packages && packages.beside ? [packages.beside] : []
  const read = [lockFile(packages), ...beside].map((file) => readFileSync(join(CHECKOUT, file)))
  const lock = createHash('sha256').update(Buffer.concat(read)).update(JSON.stringify(packages)).digest('hex')
  const folder = join(state, name)
  const python = venvPython(state, name)
  const stamp = join(folder, 'installed-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === `${lock}\n${await identity(python)}`) return false

  const found = await interpreters()
  const uv = await ensureUv(found, interrupted)
  const { path } = await makeEnvironment(uv, folder, found, interrupted)
  const settings = await pipSettings(path)
  const failure = await installed(uv, packages, folder, python, (command) =>
    failureOf(command, interrupted, settings),
  )
  if (failure)
    throw new Refusal(
      `The Python packages of ${lockFile(packages)} could not be installed: ${failure}`,
      'look at the network and the disk, then again',
    )
  replaceFile(stamp, `${lock}\n${await identity(python)}`)
  return true
}

/** By the first interpreter that can: one may look fit for it, and fail all the same. */
async function makeEnvironment(
  uv: string,
  folder: string,
  found: readonly Interpreter[],
  interrupted: AbortSignal,
): Promise<Interpreter> {
  const failures: string[] = []
  for (const interpreter of fitting(found, ['ssl'])) {
    // A half-made environment must not be taken for a whole one: only the stamp makes it valid, and it comes last.
    rmSync(folder, { recursive: true, force: true })
    const words = ['venv', '--quiet', '--no-project', '--python', interpreter.path, folder]
    const failure = await failureOf([uv, ...words], interrupted)
    if (failure === undefined) return interpreter
    failures.push(`${interpreter.command}: ${failure}`)
  }
  throw new Refusal(
    `No Python of this PATH made a virtual environment.\n  ${failures.join('\n  ')}`,
    'look at the disk, or install another Python',
  )
}

/** @returns what was wrong; undefined when it went well */
async function installed(
  uv: string,
  packages: PythonPackages,
  folder: string,
  python: string,
  failure: (command: readonly string[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  if ('requirements' in packages) return failure([uv, ...installWords(python, packages.requirements)])
  const file = join(folder, 'requirements.txt')
  const { project, groups, beside } = packages
  return (
    (await failure([uv, ...exportWords(groups, file), '--project', project, '--python', python])) ??
    (await failure([uv, ...installWords(python, file, ...(beside ? [beside] : []))]))
  )
}

const IDENTITY = `import os, sys, sysconfig
print(os.path.realpath(sys.executable), sys.version, sysconfig.get_platform(), sep="\\n")`

/** What packages were installed for: another interpreter at that path has none of them. */
async function identity(python: string): Promise<string> {
  const { stdout } = await $({
    quiet: true,
    nothrow: true,
    env: environment('python'),
  })`${python} -I -c ${IDENTITY}`
  return stdout
}
