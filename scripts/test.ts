import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { buildFrontend, installFrontend } from '../host/frontend.ts'
import { removePostgres, startPostgres, stopPostgres } from '../host/postgres.ts'
import { installPython, venvPython } from '../host/python.ts'
import { step } from '../host/step.ts'
import { databaseUrl } from '../k8s/secret-keys.ts'
import { colour, readFlags, runCommand, say } from '../shell/command.ts'
import { interruption } from '../shell/interruption.ts'
import { Refusal } from '../shell/refusal.ts'
import { stateFolder } from '../shell/state-folder.ts'
import { findTool, pathWith } from '../tools/find.ts'
import { type Count, runSuite, type Suite, skips } from './test/run-suite.ts'
import { backendTests, checks, testFiles } from './test/suites.ts'
import { offerTls } from './test/tls.ts'

const USAGE = `npm test
npm run test:cluster

Runs everything this machine can run: formatters, linters, type checkers, unit tests, the services against a real
PostgreSQL, the host target with a real browser. Needs no container engine. test:cluster runs what needs Minikube.`

/** Tests that share nothing: two files at a time. */
const UNITS = [
  'tests/k8s',
  'tests/docker',
  'tests/sbom',
  'tests/shell',
  'tests/backup',
  'tests/hooks',
  'tests/tools',
  'tests/scripts',
  'tests/loop',
  'tests/diagnosis',
  'tests/bench',
  'tests/soak',
  'assistant-stub/tests',
]

/** Beside the ports of a stack that may be up, and of the host target's tests. */
const DATABASE_PORT = 25_433

runCommand(import.meta.url, async (argv) => {
  const { positionals } = readFlags(argv, USAGE, {}, true)
  const cluster = positionals.join(' ') === 'cluster'
  const interrupted = interruption('npm test')
  const counts = await (cluster ? onCluster(interrupted) : onThisMachine(interrupted))
  if (!cluster) say('skipped: tests/cluster, which need a Minikube; npm run test:cluster runs them')
  const [passed, failed] = [sum(counts, 'passed'), sum(counts, 'failed')]
  say(`\n${passed} passed, ${failed} failed${skips({ skipped: sum(counts, 'skipped') })}`)
  return failed > 0 ? 1 : 0
})

async function onThisMachine(interrupted: AbortSignal): Promise<Count[]> {
  // A state of the tests' own: a stack that is up is not touched, the packages are kept for the next time.
  process.env.XDG_STATE_HOME = join(stateFolder(), 'tests')
  await step('Python packages', () =>
    installPython('backend/requirements-dev.txt', interrupted, 'venv-tests'),
  )
  await step('frontend packages', () => installFrontend(interrupted))
  await step('frontend build', () => buildFrontend('run', interrupted))
  const python = venvPython('venv-tests')
  const all = (suites: readonly Suite[], atOnce?: number) => runAll(suites, interrupted, atOnce)
  return [
    ...(await all([...checks(python), ...UNITS.flatMap((folder) => testFiles(folder))], 2)),
    ...(await withPostgres(async (url) => {
      const env = { TEST_DATABASE_URL: url, TEST_DATABASE_CA: await offerTls(url, python) }
      // Beside it, the host target's own state: it would take the tests' PostgreSQL for its own.
      const beside = { ...env, TEST_PYTHON: python, TODO_TEST_STATE: join(stateFolder(), 'external') }
      // Side by side: what they share is the server, in which each has databases of its own.
      const both = [
        all([backendTests(python, env)]),
        all([...testFiles('frontend/tests', env), ...testFiles('tests/database', beside)]),
      ]
      return (await Promise.all(both)).flat()
    })),
    ...(await all(testFiles('tests/host', { TODO_TEST_STATE: process.env.XDG_STATE_HOME ?? '' }))),
  ]
}

async function onCluster(interrupted: AbortSignal): Promise<Count[]> {
  const tools = await Promise.all((['skaffold', 'kubectl', 'minikube'] as const).map(findTool))
  const found = tools.filter((tool) => tool !== undefined)
  if (found.length < tools.length)
    throw new Refusal(
      'skaffold, kubectl and minikube are not all found.',
      'npm run cluster -- up fetches them',
    )
  return runAll(testFiles('tests/cluster', { PATH: pathWith(found) }), interrupted)
}

/** Gives the action a PostgreSQL that nobody used before, and removes it after. */
async function withPostgres<Result>(action: (url: string) => Promise<Result>): Promise<Result> {
  const password = randomBytes(16).toString('hex')
  await stopPostgres()
  removePostgres()
  await step('PostgreSQL', () => startPostgres(DATABASE_PORT, password))
  try {
    return await action(databaseUrl(password, `127.0.0.1:${DATABASE_PORT}`))
  } finally {
    await stopPostgres()
    removePostgres()
  }
}

async function runAll(suites: readonly Suite[], interrupted: AbortSignal, atOnce = 1): Promise<Count[]> {
  const counts: Count[] = []
  const waiting = suites.values()
  const work = async () => {
    for (const suite of waiting) {
      interrupted.throwIfAborted()
      counts.push(await runSuite(suite))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const failed = sum(counts, 'failed')
  if (failed > 0) say(colour('red', `${failed} failed so far`))
  return counts
}

function sum(counts: readonly Count[], what: keyof Count): number {
  return counts.reduce((total, count) => total + count[what], 0)
}
