import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { findTool, pathWith } from '../../lib/cluster/find.ts'
import { venvPython } from '../../lib/runtimes/python/install.ts'
import { takeLock } from '../../lib/shell/lock.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import type { TestChoice } from './choose.ts'
import { inOwnState } from './own-state.ts'
import { endDatabase, preparations, TESTS_PYTHON, type TestDatabase } from './preparations.ts'
import { type Outcome, runSuite } from './run-suite.ts'
import { schedule, type Task } from './schedule.ts'
import { checks, type Planned, pytestSuites, uvuSuites } from './suites.ts'
import { needsCluster } from './tiers.ts'

/** Prepares what the chosen files need, and runs them. */
export async function runChoice(
  { files, checks: checked }: TestChoice,
  interrupted: AbortSignal,
): Promise<Outcome[]> {
  const onCluster = files.uvu.some(needsCluster)
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
  let database: TestDatabase | undefined
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
