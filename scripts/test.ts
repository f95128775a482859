import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { findTool, pathWith } from '../lib/cluster/find.ts'
import { venvPython } from '../lib/runtimes/python/install.ts'
import { readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { checkoutFolder } from '../lib/shell/state-folder.ts'
import { type Choice, choose } from './test/choose.ts'
import { closingLines } from './test/closing-lines.ts'
import { inOwnState } from './test/own-state.ts'
import { type Database, endDatabase, preparations, TESTS_PYTHON } from './test/preparations.ts'
import { type Outcome, runSuite } from './test/run-suite.ts'
import { schedule, type Task } from './test/schedule.ts'
import { checks, type Planned, pytestSuites, uvuSuites } from './test/suites.ts'
import { CLUSTER } from './test/tiers.ts'

const USAGE = `npm test
npm test -- PATH…
npm run test:all
npm run test:cluster

Runs formatters, linters, type checkers and tests, with a PostgreSQL, a browser and a stack of their own. Needs no
container engine. What each command runs and leaves out: docs/testing.md.

  PATH  test files, or folders of them: runs those alone
  all   runs also what takes long
  later  runs what takes long alone
  cluster  runs what needs Minikube`

runCommand(import.meta.url, async (argv) => {
  const { positionals } = readFlags(argv, USAGE, {}, true)
  const choice = choose(positionals, process.env.INIT_CWD ?? process.cwd())
  const outcomes = await run(choice, interruption('npm test'))
  const results = outcomes.flatMap(({ results }) => results)
  const notes = [...outcomes.flatMap(({ notes }) => notes), ...choice.notes]
  say(`\n${closingLines(results, notes).join('\n')}`)
  return results.some(({ failed }) => failed > 0) ? 1 : 0
})

async function run({ files, checks: checked }: Choice, interrupted: AbortSignal): Promise<Outcome[]> {
  const onCluster = files.uvu.some((file) => file.startsWith(`${CLUSTER}/`))
  if (onCluster) process.env.PATH = await withClusterTools()
  // A state of the tests' own: a stack that is up is not touched, the packages are kept for the next time.
  else process.env.XDG_STATE_HOME = join(checkoutFolder(), 'tests')
  const tools = { python: venvPython(checkoutFolder(), TESTS_PYTHON) }
  const uvu = uvuSuites(files.uvu)
  // What takes longest begins first.
  const suites = [
    ...pytestSuites(files.pytest, tools),
    ...uvu.filter(({ bringsUp }) => bringsUp),
    ...uvu.filter(({ bringsUp }) => !bringsUp),
    ...(checked ? checks(tools) : []),
  ]
  const needed = new Set(suites.flatMap(({ after }) => after))
  let database: Database | undefined
  const prepared = preparations(needed, interrupted, (server) => {
    database = server
  })
  // Packages, build and PostgreSQL are there once.
  if (prepared.length > 0) takeLock(checkoutFolder(), 'npm test')
  const tasks: Task<Outcome>[] = suites.map((suite) => ({
    ...suite,
    run: () => inItsPlace(suite, { ...database, TEST_PYTHON: tools.python }, interrupted),
  }))
  // One more than there are cores: there is always somebody who waits.
  const room = Math.max(2, availableParallelism()) + 1
  try {
    return await schedule([...prepared, ...tasks], room, interrupted)
  } finally {
    if (needed.has('PostgreSQL')) await endDatabase()
  }
}

async function inItsPlace(
  suite: Planned,
  env: Readonly<Record<string, string>>,
  interrupted: AbortSignal,
): Promise<Outcome> {
  if (!suite.bringsUp) return runSuite({ ...suite, env }, interrupted)
  return inOwnState(
    (state) => runSuite({ ...suite, env: { ...env, TODO_TEST_STATE: state } }, interrupted),
    ({ results }) => results.length > 0 && results.every(({ failed }) => failed === 0),
  )
}

async function withClusterTools(): Promise<string> {
  const tools = await Promise.all((['skaffold', 'kubectl', 'minikube'] as const).map(findTool))
  const programs = tools.filter((tool) => tool !== undefined)
  if (programs.length < tools.length)
    throw new Refusal(
      'skaffold, kubectl and minikube are not all found.',
      'npm run cluster -- up fetches them',
    )
  return pathWith(programs)
}
