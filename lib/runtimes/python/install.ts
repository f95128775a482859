import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { readIfThere } from '../../shell/read-if-there.ts'
import { Refusal } from '../../shell/refusal.ts'
import { replaceFile } from '../../shell/replace-file.ts'
import { sha256 } from '../../shell/sha256.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import { failureOf } from './installation.ts'
import { fitting, type Interpreter, interpreters } from './interpreter.ts'
import { exportWords, installWords, lockFile, type PythonPackages } from './lock.ts'
import { pipSettings } from './pip.ts'
import { ensureUv } from './uv.ts'

/** In an environment, what it was made from, and the name of its packages; lib/runtimes/python/reload/packages.py reads that. */
const STAMP = 'installed-from'
const NAME = 'id'

/** Ends with why, where an interpreter has not what the reloader is made of. */
const NEEDS = 'lib/runtimes/python/reload/needs.py'

/** The interpreter of the virtual environment that `installPython` makes. */
export function venvPython(state: string, name = 'venv'): string {
  return join(state, name, 'bin', 'python')
}

/**
 * Makes a virtual environment of packages, or leaves it where neither their lock file nor the interpreter in it changed.
 *
 * @param state the folder of what outlives a command
 * @param interrupted ends the installation; the next one starts anew
 * @param like the environment to begin with, where it can be
 * @returns false when there was nothing to do
 * @throws Refusal without a Python that is new enough, or when the packages cannot be had
 */
export async function installPython(
  state: string,
  packages: PythonPackages,
  interrupted: AbortSignal,
  name = 'venv',
  like?: string,
): Promise<boolean> {
  const lock = digest(packages)
  const folder = join(state, name)
  const python = venvPython(state, name)
  if (await isInstalled(state, packages, name)) return false

  const pythons = await interpreters()
  const uv = await ensureUv(pythons, interrupted)
  const { path } =
    like !== undefined && (await share(state, like, name))
      ? fitting(pythons, ['ssl'])[0]
      : await makeEnvironment(uv, folder, pythons, interrupted)
  const settings = await pipSettings(path)
  const failure = await installInto(uv, packages, folder, python, (command) =>
    failureOf(command, interrupted, settings),
  )
  if (failure)
    throw new Refusal(
      `The Python packages of ${lockFile(packages)} could not be installed: ${failure}`,
      'look at the network and the disk, then again',
    )
  // What was installed may be of either.
  if (digest(packages) !== lock) return installPython(state, packages, interrupted, name, like)
  replaceFile(join(folder, NAME), lock.slice(0, 16))
  replaceFile(join(folder, STAMP), `${lock}\n${await identity(python)}`)
  return true
}

/**
 * Has an environment that is in use have the packages of the lock file: makes another beside it, and puts that in its place.
 * What was in use before stays, for who takes the change back.
 *
 * @returns which packages these are, as the reloader tells it in its log
 * @throws Refusal when they cannot be had, and those before stay; the signal's reason
 */
export async function exchangePython(
  state: string,
  packages: PythonPackages,
  interrupted: AbortSignal,
  name = 'venv',
): Promise<string> {
  const folder = join(state, name)
  const [before, next] = [`${folder}-before`, `${folder}-next`]
  if (!(await isInstalled(state, packages, name))) {
    if (await isInstalled(state, packages, `${name}-before`)) {
      rmSync(next, { recursive: true, force: true })
      renameSync(before, next)
    } else await installPython(state, packages, interrupted, `${name}-next`, name)
    const lack = await failureOf([venvPython(state, `${name}-next`), NEEDS], interrupted)
    if (lack) throw new Refusal(`${lockFile(packages)} cannot be followed: ${lack}`, 'add what it lacks')
    rmSync(before, { recursive: true, force: true })
    renameSync(folder, before)
    renameSync(next, folder)
  }
  return readFileSync(join(folder, NAME), 'utf8')
}

/** Whether an environment is there, and has these packages. */
async function isInstalled(state: string, packages: PythonPackages, name: string): Promise<boolean> {
  const stamp = join(state, name, STAMP)
  if (!existsSync(stamp) || !existsSync(join(state, name, NAME))) return false
  return readFileSync(stamp, 'utf8') === `${digest(packages)}\n${await identity(venvPython(state, name))}`
}

function digest(packages: PythonPackages): string {
  const beside = 'beside' in packages && packages.beside ? [packages.beside] : []
  const read = [lockFile(packages), ...beside].map((file) => readFileSync(join(CHECKOUT, file)))
  return sha256(Buffer.concat([...read, Buffer.from(JSON.stringify(packages))]))
}

/**
 * Makes an environment of the files of another, compiled modules among them. What an environment has is never written over,
 * only replaced: so both can share it.
 *
 * @returns false where that one is not whole, is of another interpreter, or the disk shares no files
 */
async function share(state: string, from: string, name: string): Promise<boolean> {
  const [folder, stamp] = [join(state, name), join(state, from, STAMP)]
  const [, ...installedFor] = readIfThere(stamp)?.split('\n') ?? []
  if (installedFor.join('\n') !== (await identity(venvPython(state, from)))) return false
  rmSync(folder, { recursive: true, force: true })
  const { ok } = await $({ quiet: true, nothrow: true })`cp -al ${join(state, from)} ${folder}`
  rmSync(join(folder, STAMP), { force: true })
  return ok
}

/** By the first interpreter that can: one may look fit for it, and fail all the same. */
async function makeEnvironment(
  uv: string,
  folder: string,
  pythons: readonly Interpreter[],
  interrupted: AbortSignal,
): Promise<Interpreter> {
  const failures: string[] = []
  for (const interpreter of fitting(pythons, ['ssl'])) {
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
async function installInto(
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
