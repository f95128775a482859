import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { colour, readFlags, runCommand, say } from '../../lib/shell/command.ts'
import { interruption } from '../../lib/shell/interruption.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'
import { preparations, TESTS_PYTHON, type TestPreparation } from '../../scripts/test/preparations.ts'
import { schedule } from '../../scripts/test/schedule.ts'
import { type Copy, copyCheckout } from '../cluster/copy.ts'
import { type Fault, plant } from './fault.ts'
import { FAULTS } from './planted.ts'

const USAGE = `npm run test:faults -- [ROOM…]

Plants the faults that docs/testing.md lists in a copy of the checkout, one at a time, and says which test of the default
tier finds each. A fault is looked for by the tests that are about its room; at the end, what these miss by the whole tier.

  ROOM  like k8s, lib/diagnosis/fitness, or "MCP server": plants its faults alone`

const INSTALLED = ['Python packages', 'packages of the host target', 'frontend packages'] as const

runCommand(import.meta.url, async (argv) => {
  const { positionals: rooms } = readFlags(argv, USAGE, {}, true)
  const chosen = faultsOf(rooms)
  const interrupted = interruption('npm run test:faults')
  // As for npm test, whose packages are the same.
  process.env.XDG_STATE_HOME = join(checkoutFolder(), 'tests')
  await schedule(
    preparations(new Set<TestPreparation>(INSTALLED), interrupted, () => undefined),
    2,
    interrupted,
  )
  const copy = await copyCheckout()
  try {
    await furnish(copy)
    const first = await failing(copy, [...new Set(chosen.flatMap(({ tests }) => tests))], interrupted)
    if (first) throw new Refusal(`Without a fault, ${first} fails.`, 'mend it first')
    const tell = ({ room, what }: Fault, finder = colour('red', 'missed')) =>
      say(`${room}: ${what}: ${finder}`)
    const left: Fault[] = []
    for (const fault of chosen) {
      const finder = await planted(copy, fault, fault.tests, interrupted)
      if (finder) tell(fault, finder)
      else left.push(fault)
    }
    let missed = 0
    for (const fault of left) {
      const finder = await planted(copy, fault, ['default'], interrupted)
      tell(fault, finder)
      if (!finder) missed++
    }
    say(`\n${chosen.length - missed} of ${chosen.length} found`)
    return missed > 0 ? 1 : 0
  } finally {
    await copy.remove()
  }
})

/** @throws Refusal with exit code 2 on a room without a fault */
function faultsOf(rooms: readonly string[]): readonly Fault[] {
  const known = [...new Set(FAULTS.map(({ room }) => room))]
  for (const room of rooms)
    if (!known.includes(room))
      throw new Refusal(`No fault is planted in "${room}".`, `name some of: ${known.join(', ')}`, 2)
  return rooms.length > 0 ? FAULTS.filter(({ room }) => rooms.includes(room)) : FAULTS
}

/** Gives a copy what a checkout has besides its files: packages, and git's index. */
async function furnish({ folder, state }: Copy): Promise<void> {
  const quiet = $({ quiet: true })
  // Links to the same files: there are forty thousand. Next lets no folder be a link.
  await quiet`cp -al ${join(CHECKOUT, 'apps/frontend/node_modules')} ${join(folder, 'apps', 'frontend')}`
  await quiet`git -C ${folder} init --quiet && git -C ${folder} add --all`
  // It would find each of them.
  rmSync(join(folder, 'tests/faults/planted.test.ts'))
  const name = `todo-loop-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`
  const packages = join(state, name, 'tests', name)
  mkdirSync(packages, { recursive: true })
  for (const environment of ['venv', TESTS_PYTHON])
    symlinkSync(join(checkoutFolder(), environment), join(packages, environment))
}

/** @returns what finds the fault; undefined where nothing of `words` does */
async function planted(
  copy: Copy,
  fault: Fault,
  words: readonly string[],
  interrupted: AbortSignal,
): Promise<string | undefined> {
  const file = join(copy.folder, fault.file)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, plant(text, fault))
  try {
    return await failing(copy, words, interrupted)
  } finally {
    writeFileSync(file, text)
  }
}

/** @returns the first test file or check that fails in the copy; undefined where all pass */
async function failing(
  { folder, start }: Copy,
  words: readonly string[],
  interrupted: AbortSignal,
): Promise<string | undefined> {
  interrupted.throwIfAborted()
  const command = [process.execPath, '--import', 'tsx', 'scripts/test.ts', ...words] as const
  const program = start([...command], { INIT_CWD: folder })
  // It takes down what it has brought up.
  interrupted.addEventListener('abort', program.interrupt)
  const { code, said } = await program.ended
  interrupted.removeEventListener('abort', program.interrupt)
  // What a fault leaves running must not meet the next one.
  await program.end()
  interrupted.throwIfAborted()
  if (code === 0) return undefined
  const [, first] = /^failed:\n {2}\d+ in (.+)$/m.exec(said) ?? []
  // A build that fails comes to no test.
  return first ?? said.split('\n').find((line) => line.startsWith('✗')) ?? said.slice(-200)
}
