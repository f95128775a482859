import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { environment, freshDatabase, query, run } from '../../apps/frontend/tests/running-frontend.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { eventually } from '../cluster/deadline.ts'

/** Beside the tests' PostgreSQL, a state of its own for what is installed and kept. */
process.env.XDG_STATE_HOME = needed('TODO_TEST_STATE')
mkdirSync(process.env.XDG_STATE_HOME, { recursive: true })

export interface StackDatabase {
  readonly url: string
  readonly sql: (statement: string) => Promise<Record<string, unknown>[]>
  /** A checksum over every row of every table but those that a restore leaves out: signing keys. */
  readonly checksum: () => Promise<string>
  readonly drop: () => Promise<void>
}

/** An empty database. */
export function emptyDatabase(): Promise<StackDatabase> {
  return database()
}

async function database(template?: string): Promise<StackDatabase> {
  const { url, drop } = await freshDatabase(template)
  const sql = (statement: string) => query(url, statement)
  const checksum = async () => {
    const tables = await sql(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('public', 'auth') and tablename <> 'jwks' order by 1`,
    )
    const sums = tables.map(
      ({
        name,
      }) => `select '${name} ' || count(*) || md5(coalesce(string_agg(t::text, '/' order by t::text), '')) as sum
        from ${name} as t`,
    )
    return JSON.stringify(sums.length > 0 ? await sql(sums.join(' union all ')) : [])
  }
  return { url, sql, checksum, drop }
}

let migrated: Promise<StackDatabase> | undefined

/** A database as the stack's own migrations make it, with nobody's data in it yet: they run once, and are copied. */
export async function migratedDatabase(): Promise<StackDatabase> {
  migrated ??= migrate()
  const { url } = await migrated
  return database(new URL(url).pathname.slice(1))
}

async function migrate(): Promise<StackDatabase> {
  const database = await emptyDatabase()
  process.once('beforeExit', () => void database.drop())
  const settings = await environment(database.url, 'http://127.0.0.1:9')
  const env = { PATH: process.env.PATH, ...settings.variables }
  const backend = spawn(needed('TEST_PYTHON'), ['-m', 'app.migrate'], {
    cwd: join(CHECKOUT, 'apps', 'backend'),
    env,
  })
  const [said, [code]] = await Promise.all([text(backend.stderr), once(backend, 'close')])
  const frontend = await run('migrate.mjs', settings.variables)
  await settings.remove()
  if (code !== 0 || frontend.code !== 0) throw new Error(`not migrated: ${said}${frontend.stderr}`)
  return database
}

/** A migrated database with two people's data, what the smoke test leaves, and a signing key. */
export async function usedDatabase(): Promise<StackDatabase> {
  const database = await migratedDatabase()
  await database.sql(`
    insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
      select id, id, id || '@test.local', false, now(), now() from unnest(array['ada', 'bob']) as id;
    insert into tasks (user_id, title, description)
      select 'ada', 'Task ' || n, E'two\\nlines \\\\ and a\\ttab' from generate_series(1, 500) as n;
    insert into conversations (user_id) values ('bob');
    insert into messages (user_id, conversation_id, role, content)
      select user_id, id, 'user', E'COPY public.tasks (id) FROM stdin;\\n\\\\.' from conversations;`)
  return database
}

export async function addSmokeUser({ sql }: StackDatabase): Promise<void> {
  await sql(`
    insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
      values ('smoke', 'Smoke test', 'smoke@todo.local', false, now(), now());
    insert into auth.jwks (id, "publicKey", "privateKey", "createdAt")
      values ('key', '{}', 'encrypted with another secret', now());`)
}

/** Holds what a statement has locked in a transaction, until it is released. */
export async function holding({ url }: StackDatabase, statement: string) {
  const client = new pg.Client(url)
  await client.connect()
  // Where the test has failed before, it is the dropping of the database that ends it.
  client.on('error', () => undefined)
  await client.query('begin')
  await client.query(statement)
  return { release: () => client.end() }
}

const OURS = `from pg_stat_activity where datname = current_database() and application_name = 'backup'`

/** Waits until PostgreSQL's programs wait for a lock. */
export async function waitingFor({ sql }: StackDatabase): Promise<void> {
  const waiting = `select ${OURS} and wait_event_type = 'Lock'`
  await eventually('waiting for a lock', 60, async () => (await sql(waiting)).length > 0)
}

/** Waits until none of them is connected. */
export async function gone({ sql }: StackDatabase): Promise<void> {
  await eventually('the end of the connection', 60, async () => (await sql(`select ${OURS}`)).length === 0)
}

export function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing: scripts/test.ts sets it.`)
  return value
}

/** The schema's head: the newest of the backend's migrations. */
export const HEAD = readdirSync(join(CHECKOUT, 'apps/backend/migrations/versions'))
  .flatMap((name) => /^(\d{4})_\w+\.py$/.exec(name)?.[1] ?? [])
  .toSorted()
  .at(-1)
