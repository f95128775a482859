import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { venvPython } from '../../lib/runtimes/python/install.ts'
import { colour, readFlags, runCommand, say } from '../../lib/shell/command.ts'
import { environment } from '../../lib/shell/environment.ts'
import { interruption } from '../../lib/shell/interruption.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'
import {
  endDatabase,
  preparations,
  TESTS_PYTHON,
  type TestDatabase,
  type TestPreparation,
} from '../../scripts/test/preparations.ts'
import { schedule } from '../../scripts/test/schedule.ts'
import { type Copy, copyCheckout } from '../cluster/copy.ts'
import { random } from '../soak/random.ts'
import { mutantsOf } from './make.ts'
import { MODULES } from './modules.ts'
import { type Mutant, sample } from './mutant.ts'

const USAGE = `npm run test:mutation -- [--mutants 300] [--seed 1]

Plants one fault after another in a copy of the pure modules that tests/mutation/modules.ts names, runs that module's
own tests, and names the faults that no test noticed. The same seed plants the same faults.`

/** One test file may take this long, in ms: an endless loop is noticed too. */
const PATIENCE = 120_000

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    mutants: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  })
  const interrupted = interruption('npm run test:mutation')
  // A state of the tests' own: a stack that is up is not touched.
  process.env.XDG_STATE_HOME = join(checkoutFolder(), 'tests')
  const needed = new Set<TestPreparation>(['Python packages', 'PostgreSQL'])
  let database: TestDatabase | undefined
  try {
    const prepared = preparations(needed, interrupted, (told) => {
      database = told
    })
    await schedule(prepared, 2, interrupted)
    const modules = Object.keys(MODULES)
    const made = await mutantsOf(modules, interrupted)
    const drawn = sample(made, Number(values.mutants), random(Number(values.seed)))
    say(`${drawn.length} of ${made.flat().length} mutants of ${modules.length} modules, seed ${values.seed}`)
    const survivors = await survivorsOf(drawn, { ...database }, interrupted)
    for (const mutant of survivors) show(mutant)
    const killed = drawn.length - survivors.length
    say(`\n${killed} of ${drawn.length} killed: ${Math.round((killed / drawn.length) * 100)} %`)
    return 0
  } finally {
    await endDatabase()
  }
})

/** The mutants that no test noticed, by module and line. Two copies are worked in at a time. */
async function survivorsOf(
  drawn: readonly Mutant[],
  env: NodeJS.ProcessEnv,
  interrupted: AbortSignal,
): Promise<Mutant[]> {
  const copies = await Promise.all([copyCheckout(), copyCheckout()])
  const passing = passes(env, interrupted)
  const survivors: Mutant[] = []
  try {
    const unharmed = [...new Set(Object.values(MODULES).flat())].values()
    await Promise.all(
      copies.map(async (copy) => {
        for (const tests of unharmed)
          if (!(await passing(copy, tests)))
            throw new Refusal(`${tests} fails without a mutant.`, 'mend it first')
      }),
    )
    const waiting = drawn.values()
    await Promise.all(
      copies.map(async (copy) => {
        for (const mutant of waiting) if (!(await isKilled(copy, mutant, passing))) survivors.push(mutant)
      }),
    )
    return survivors.sort((a, b) => a.module.localeCompare(b.module) || a.line - b.line)
  } finally {
    await Promise.all(copies.map(({ remove }) => remove()))
  }
}

type Passing = (copy: Copy, tests: string) => Promise<boolean>

async function isKilled(copy: Copy, mutant: Mutant, passing: Passing): Promise<boolean> {
  const file = join(copy.folder, mutant.module)
  writeFileSync(file, mutant.text)
  try {
    for (const tests of MODULES[mutant.module] ?? []) if (!(await passing(copy, tests))) return true
    return false
  } finally {
    writeFileSync(file, readFileSync(join(CHECKOUT, mutant.module)))
  }
}

/** @returns whether a test file passes in a copy */
function passes(env: NodeJS.ProcessEnv, interrupted: AbortSignal): Passing {
  return async ({ folder, state }, tests) => {
    interrupted.throwIfAborted()
    const [, inBackend] = /^apps\/backend\/(.+\.py)$/.exec(tests) ?? []
    const command = inBackend
      ? [venvPython(TESTS_PYTHON), '-m', 'pytest', '-x', '-p', 'no:cacheprovider', inBackend]
      : [process.execPath, '--import', 'tsx', tests]
    const { exitCode } = await $({
      quiet: true,
      nothrow: true,
      signal: interrupted,
      timeout: PATIENCE,
      cwd: inBackend ? join(folder, 'apps', 'backend') : folder,
      // Python takes a module that was changed twice in a second for the one that it has compiled.
      env: { ...environment('test'), ...env, XDG_STATE_HOME: state, PYTHONDONTWRITEBYTECODE: '1' },
    })`${command}`
    interrupted.throwIfAborted()
    return exitCode === 0
  }
}

function show({ module, line, change }: Mutant): void {
  const was = readFileSync(join(CHECKOUT, module), 'utf8').split('\n')[line - 1]?.trim()
  say(`${colour('yellow', `${module}:${line}`)} ${change}\n  ${colour('dim', was ?? '')}`)
}
