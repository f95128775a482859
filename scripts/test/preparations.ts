import { randomBytes } from 'node:crypto'
import type { Program, Runtime } from '../../k8s/model/program.ts'
import { databaseOf } from '../../k8s/services.ts'
import { step } from '../../lib/host/step.ts'
import { buildNext } from '../../lib/runtimes/next/build.ts'
import { installPackages } from '../../lib/runtimes/node/npm.ts'
import { installPostgresClient } from '../../lib/runtimes/postgres/client.ts'
import { removePostgres, startPostgres, stopPostgres } from '../../lib/runtimes/postgres/server.ts'
import { installPython, venvPython } from '../../lib/runtimes/python/install.ts'
import { reloading } from '../../lib/runtimes/python/on-host.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import { openApplication } from '../../lib/stack/application.ts'
import { NOTHING, type Outcome } from './run-suite.ts'
import type { Task } from './schedule.ts'
import { offerTls } from './tls.ts'

/** What has to be there before suites that need it begin. */
export type TestPreparation =
  | 'Python packages'
  | 'packages of the host target'
  | "PostgreSQL's client"
  | 'frontend packages'
  | 'frontend build'
  | 'PostgreSQL'

export const TESTS_PYTHON = 'venv-tests'

/** How suites find the PostgreSQL that was prepared. */
export interface TestDatabase {
  readonly TEST_DATABASE_URL: string
  readonly TEST_DATABASE_CA: string
}

/**
 * The wanted preparations with all that they need themselves.
 *
 * @param announce is given the address of the PostgreSQL as soon as it answers
 */
export function preparations(
  wanted: ReadonlySet<TestPreparation>,
  interrupted: AbortSignal,
  announce: (database: TestDatabase) => void,
): Task<Outcome>[] {
  const task = (
    name: TestPreparation,
    action: () => Promise<unknown>,
    after: TestPreparation[] = [],
    // Its time is the network's and the disk's.
    weight = 0.5,
  ) => ({
    name,
    after,
    weight,
    run: async () => {
      await step(name, action)
      return NOTHING
    },
  })
  const all = [
    task('Python packages', async () => {
      const testing = { project: (await programOf('python')).directory, groups: ['dev'] }
      return installPython(checkoutFolder(), testing, interrupted, TESTS_PYTHON)
    }),
    task('frontend packages', async () => installPackages((await programOf('next')).directory, interrupted)),
    task(
      'frontend build',
      async () => buildNext(await programOf('next'), interrupted),
      ['frontend packages'],
      1,
    ),
    task('PostgreSQL', () => startDatabase(announce), ['Python packages']),
    task('packages of the host target', async () =>
      installPython(checkoutFolder(), reloading((await programOf('python')).directory), interrupted),
    ),
    task("PostgreSQL's client", () => installPostgresClient(checkoutFolder(), interrupted)),
  ]
  const needed = new Set<string>(wanted)
  // Those that are needed stand before those that need them.
  for (const { name, after } of all.toReversed())
    if (needed.has(name)) for (const one of after) needed.add(one)
  return all.filter(({ name }) => needed.has(name))
}

/** The main stack's first program of a toolchain. */
async function programOf(runtime: Runtime): Promise<Program> {
  const services = Object.values((await openApplication()).stack.services)
  const program = services.find(
    (service): service is Program => service.kind === 'program' && service.runtime === runtime,
  )
  if (!program) throw new Error(`no program of the main stack is one of ${runtime}`)
  return program
}

/** A PostgreSQL that nobody used before, on a port that the system gives. */
async function startDatabase(announce: (database: TestDatabase) => void): Promise<void> {
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  await endDatabase()
  const { user, name } = databaseOf((await openApplication()).stack)
  // What a crash would lose, nobody needs.
  const initScripts = { 'unsafe.sql': 'ALTER SYSTEM SET fsync = off' }
  await startPostgres(checkoutFolder(), { port, user, name, password, initScripts, initFolder: '' })
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`
  announce({
    TEST_DATABASE_URL: url,
    TEST_DATABASE_CA: await offerTls(checkoutFolder(), url, venvPython(checkoutFolder(), TESTS_PYTHON)),
  })
}

export async function endDatabase(): Promise<void> {
  await stopPostgres(checkoutFolder())
  removePostgres(checkoutFolder())
}
