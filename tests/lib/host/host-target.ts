import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { programs } from '../../../k8s/services.ts'
import { readHostSecrets } from '../../../lib/host/secrets.ts'
import { CHECKOUT, checkoutFolder } from '../../../lib/shell/state-folder.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { loadSettings } from '../../../lib/stack/settings-file.ts'
import type { Row } from '../../../stack/tests/natural-language.ts'
import { freeOffset } from './free-offset.ts'

/** A state folder of the tests' own, kept from run to run for the packages in it; no engine; other ports. */
const folder = mkdtempSync(join(tmpdir(), 'host-target-'))
process.env.XDG_STATE_HOME = process.env.TODO_TEST_STATE ?? join(checkoutFolder(), 'tests')
mkdirSync(process.env.XDG_STATE_HOME, { recursive: true })
process.env.DOCKER_HOST = 'unix:///nowhere'
process.env.TODO_ENV_FILE = join(folder, '.env.local')
writeFileSync(process.env.TODO_ENV_FILE, '')

const application = await openApplication()

/** Beside the ports of a stack that its developer may have running, and of other tests. */
export const OFFSET = await freeOffset()
export const ORIGIN = `http://localhost:${3000 + OFFSET}`
useSettings()

/** Writes the `.env.local` that the commands under test read. */
export function useSettings(lines: readonly string[] = []): void {
  writeFileSync(join(folder, '.env.local'), [`PORT_OFFSET=${OFFSET}`, ...lines].join('\n'))
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const started = new Set<ChildProcess>()

/** Copies of the checkout in which something was started: there may be a loop in the background. */
const copies = new Set<string>()

/** Who ends this process means what it started, too: that is in groups of its own, and takes down what it brought up. */
process.once('SIGTERM', async () => {
  for (const child of started) process.kill(-(child.pid ?? 0), 'SIGTERM')
  await Promise.all([...started].map((child) => once(child, 'close')))
  await Promise.all([...copies].map((copy) => command('loop', ['stop'], {}, copy)))
  process.exit(143)
})

/**
 * Starts a command as a person would, in a process group of its own so that Ctrl-C can be sent to all of it.
 *
 * @param checkout the folder whose command it is
 */
export function startCommand(
  name: string,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  checkout = CHECKOUT,
) {
  const argv = ['--import', './lib/shell/start.mjs', join(checkout, 'scripts', `${name}.ts`), ...words]
  const child = spawn(process.execPath, argv, {
    cwd: checkout,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.add(child)
  if (checkout !== CHECKOUT) copies.add(checkout)
  child.once('close', () => started.delete(child))
  return { child, ended: outcome(child) }
}

export function command(...how: Parameters<typeof startCommand>): Promise<Ended> {
  return startCommand(...how).ended
}

async function outcome(child: ChildProcess): Promise<Ended> {
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    closed,
  ])
  return { code, stdout, stderr }
}

/** Resolves with everything said so far once `pattern` is in it; rejects when the command ends before. */
export function untilSaid(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (chunk: Buffer) => {
      said += chunk
      if (pattern.test(said)) resolve(said)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('close', (code) => reject(new Error(`ended with ${code} before it said ${pattern}:\n${said}`)))
  })
}

/** Names of the services that still answer on their ports. */
export async function answering(): Promise<string[]> {
  const { settings } = loadSettings(application)
  const found = await Promise.all(
    programs(settings).map(async ({ name, port, probes }) => {
      const url = `http://127.0.0.1:${port + OFFSET}${probes.live}`
      // Where nobody is, that is said at once; who is there may be slow on a busy machine.
      return (await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined)) ? [name] : []
    }),
  )
  return found.flat()
}

/** This user's tasks, as PostgreSQL has them. */
export function rows(userId: string): Promise<Row[]> {
  return query('SELECT id, title, completed FROM tasks WHERE user_id = $1 ORDER BY id', [userId])
}

/** What the stack's database answers, to statements too. */
export async function query<Answer extends pg.QueryResultRow>(
  sql: string,
  values?: readonly string[],
): Promise<Answer[]> {
  const client = new pg.Client({
    connectionString: readHostSecrets(application.state).DATABASE_URL,
  })
  await client.connect()
  try {
    return (await client.query<Answer>(sql, values && [...values])).rows
  } finally {
    await client.end()
  }
}

export function secretValues(): string[] {
  return Object.values(readHostSecrets(application.state))
}

export function forgetSettings(): void {
  rmSync(folder, { recursive: true, force: true })
}
