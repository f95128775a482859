import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { $ } from 'zx/core'
import { installPython, venvPython } from '../../lib/runtimes/python/install.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'
import type { Mutant } from './mutant.ts'

const FOLDER = 'tests/mutation'
const MANIFESTS = ['package.json', 'package-lock.json']

/** What we use of Stryker's instrumenter: https://github.com/stryker-mutator/stryker-js/tree/master/packages/instrumenter */
interface Position {
  /** From 0. */
  readonly line: number
  readonly column: number
}
interface Instrumenter {
  instrument(
    files: readonly { name: string; content: string; mutate: true }[],
    options: { plugins: null; ignorers: []; excludedMutations: readonly string[] },
  ): Promise<{
    readonly mutants: readonly {
      readonly mutatorName: string
      readonly replacement: string
      readonly location: { readonly start: Position; readonly end: Position }
    }[]
  }>
}

/**
 * Makes every mutant of the modules. What makes them is installed where it is not here yet: `npm ci` leaves it out.
 *
 * @param modules below the checkout, in TypeScript or Python
 * @returns the mutants of each, in the order of `modules`
 */
export async function mutantsOf(modules: readonly string[], interrupted: AbortSignal): Promise<Mutant[][]> {
  const python = modules.filter((module) => module.endsWith('.py'))
  const [instrument, inPython] = await Promise.all([
    typescriptMaker(interrupted),
    pythonMutants(python, interrupted),
  ])
  return Promise.all(
    modules.map((module) =>
      module.endsWith('.py') ? inPython.filter((mutant) => mutant.module === module) : instrument(module),
    ),
  )
}

async function pythonMutants(modules: readonly string[], interrupted: AbortSignal): Promise<Mutant[]> {
  await installPython(
    checkoutFolder(),
    { requirements: `${FOLDER}/requirements.txt` },
    interrupted,
    'venv-mutation',
  )
  const quiet = $({ quiet: true, cwd: CHECKOUT, signal: interrupted })
  const { stdout } =
    await quiet`${venvPython(checkoutFolder(), 'venv-mutation')} ${FOLDER}/mutants.py ${modules}`
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Mutant)
}

async function typescriptMaker(interrupted: AbortSignal): Promise<(module: string) => Promise<Mutant[]>> {
  const folder = join(checkoutFolder(), 'mutation')
  const installed = join(folder, 'node_modules', '.installed')
  const lock = readFileSync(join(CHECKOUT, FOLDER, 'package-lock.json'), 'utf8')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    mkdirSync(folder, { recursive: true })
    for (const name of MANIFESTS) copyFileSync(join(CHECKOUT, FOLDER, name), join(folder, name))
    await $({ quiet: true, cwd: folder, signal: interrupted })`npm ci --ignore-scripts`
    writeFileSync(installed, lock)
  }
  const entry = join(folder, 'node_modules/@stryker-mutator/instrumenter/dist/src/index.js')
  const { Instrumenter } = (await import(pathToFileURL(entry).href)) as {
    Instrumenter: new (log: Record<string, () => void>) => Instrumenter
  }
  const silent: Record<string, () => void> = new Proxy({}, { get: () => () => undefined })
  const instrumenter = new Instrumenter(silent)
  return async (module) => {
    const source = readFileSync(join(CHECKOUT, module), 'utf8')
    // Texts are for people; that one is empty proves nothing about the program.
    const { mutants } = await instrumenter.instrument(
      [{ name: join(CHECKOUT, module), content: source, mutate: true }],
      { plugins: null, ignorers: [], excludedMutations: [] },
    )
    const changed = mutants.filter(({ mutatorName }) => mutatorName !== 'StringLiteral')
    return changed.map(({ mutatorName, replacement, location: { start, end } }) => ({
      module,
      line: start.line + 1,
      change: `${mutatorName}: ${replacement}`,
      text: source.slice(0, offset(source, start)) + replacement + source.slice(offset(source, end)),
    }))
  }
}

function offset(source: string, { line, column }: Position): number {
  let at = 0
  for (let passed = 0; passed < line; passed++) at = source.indexOf('\n', at) + 1
  return at + column
}
