import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../../lib/shell/free-port.ts'

const built = join(import.meta.dirname, '../.next/standalone')

/** How long something may take that comes at once on a machine that is not overloaded, in ms. */
const patience = 20_000

const admin = process.env.TEST_DATABASE_URL ?? ''
if (!admin) {
  throw new Error('TEST_DATABASE_URL is missing: point it at a PostgreSQL whose user may create databases.')
}

export interface Database {
  url: string
  /** Ends its connections and lets no new ones in. */
  cutOff: () => Promise<void>
  drop: () => Promise<void>
}

/**
 * A database of its own, beside the one that TEST_DATABASE_URL names.
 *
 * @param template the name of a database that it is a copy of, and that nobody is connected to
 */
export async function freshDatabase(template = 'template1'): Promise<Database> {
  const name = `frontend_${randomUUID().replaceAll('-', '')}`
  await query(admin, `create database ${name} template ${template}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async cutOff() {
      await query(admin, `alter database ${name} with allow_connections false`)
      await query(admin, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    },
    async drop() {
      await query(admin, `drop database ${name} with (force)`)
    },
  }
}

/** Runs one statement and returns its rows. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** What one process of the built frontend is started with; `remove` deletes its secrets. */
export interface Environment {
  variables: NodeJS.ProcessEnv
  remove: () => Promise<void>
}

export async function environment(databaseUrl: string, backendUrl: string): Promise<Environment> {
  const secrets = await mkdtemp(join(tmpdir(), 'frontend-secrets-'))
  await writeFile(join(secrets, 'DATABASE_URL'), databaseUrl)
  await writeFile(join(secrets, 'BETTER_AUTH_SECRET'), randomBytes(32).toString('base64'))
  const variables: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    SECRETS_DIR: secrets,
    HOSTNAME: '127.0.0.1',
    PORT: String(await freePort()),
    BACKEND_URL: backendUrl,
    PUBLIC_ORIGINS: 'http://localhost:3000',
    JWT_ISSUER: 'todo',
    JWT_AUDIENCE: 'todo',
    LOG_LEVEL: 'info',
  }
  return { variables, remove: () => rm(secrets, { recursive: true }) }
}

/** Runs `node <file>` of the standalone tree to its end. */
export async function run(file: 'migrate.mjs' | 'server.js', variables: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [file], { cwd: built, env: variables })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)])
  return { code: child.exitCode, stdout, stderr }
}

export interface Frontend {
  origin: string
  /** Sends SIGTERM and returns the exit code. */
  stop: () => Promise<number | null>
  /** What it has logged so far. */
  log: () => string
  /** The first line of its log that holds `text` and what `fields` say, once it is there. */
  logged: (text: string, fields?: Record<string, unknown>) => Promise<Record<string, unknown>>
}

/** Starts the built server and returns once it takes requests. */
export async function startFrontend(variables: NodeJS.ProcessEnv): Promise<Frontend> {
  const child = spawn(process.execPath, ['server.js'], { cwd: built, env: variables })
  let log = ''
  const grown = new EventEmitter()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      log += data
      grown.emit('more')
    })
  }
  const origin = `http://127.0.0.1:${variables.PORT}`
  while (
    !(await fetch(`${origin}/api/health/live`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`The frontend ended at start: ${log}`)
    await pause(50)
  }
  return {
    origin,
    log: () => log,
    async logged(text, fields = {}) {
      for (;;) {
        const line = log
          .split('\n')
          .slice(0, -1)
          .filter((line) => line.includes(text))
          .map(parsed)
          .find((line) => holds(line, fields))
        if (line) return line
        await once(grown, 'more', { signal: AbortSignal.timeout(patience) })
      }
    },
    async stop() {
      child.kill('SIGTERM')
      await ended(child)
      return child.exitCode
    },
  }
}

/** The built server on a database of its own. */
export interface OwnFrontend {
  database: Database
  settings: Environment
  frontend: Frontend
  /** Ends the server, and drops its database. */
  remove: () => Promise<void>
}

/**
 * Starts the built server on a fresh database.
 *
 * @param backendUrl where its backend is; without it, nobody answers there
 * @param migrated whether the database gets its tables; it does without a word
 * @param more variables beside its settings
 */
export async function ownFrontend({
  backendUrl = 'http://127.0.0.1:9',
  migrated = true,
  more = {},
} = {}): Promise<OwnFrontend> {
  const database = await freshDatabase()
  const settings = await environment(database.url, backendUrl)
  if (migrated) {
    const { code, stderr } = await run('migrate.mjs', settings.variables)
    if (code !== 0) throw new Error(`The database was not migrated: ${stderr}`)
  }
  const frontend = await startFrontend({ ...settings.variables, ...more })
  return {
    database,
    settings,
    frontend,
    remove: async () => {
      await frontend.stop()
      await settings.remove()
      await database.drop()
    },
  }
}

/** Posts JSON to Better Auth. */
export function postAuth(
  origin: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${origin}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export function randomAccount() {
  return { name: 'Ann', email: `${randomUUID()}@example.com`, password: randomUUID() }
}

/** The Cookie header for the session that `answer` opened. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Whatever is no JSON is no line of ours. */
function parsed(line: string): Record<string, unknown> {
  return line.startsWith('{') ? JSON.parse(line) : {}
}

function holds(line: Record<string, unknown>, fields: Record<string, unknown>): boolean {
  return Object.entries(fields).every(([name, value]) => line[name] === value)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
