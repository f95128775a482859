import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { suite } from 'uvu'
import { databaseOf } from '../../k8s/services.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { stateFolder } from '../../lib/shell/state-folder.ts'
import { empty } from '../../scripts/db/empty.ts'
import { withClient } from '../../scripts/db/on-host.ts'
import { verifiedRecord } from '../../scripts/db/record.ts'
import { MAIN } from '../k8s/main-stack.ts'
import { settingsOf } from '../k8s/settings-of-every-kind.ts'
import { type StackDatabase, usedDatabase } from './stack-database.ts'

const test = suite('a reset')
let folder: string
let database: StackDatabase
const never = new AbortController().signal

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reset-'))
  database = await usedDatabase()
})
test.after(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function ask(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

const reset = (settings: Parameters<typeof empty>[1], kept: string) =>
  withClient(stateFolder('todo'), database.url, never, (client) => empty(client, settings, kept))

test('refuses a database that is not the stack’s own', async () => {
  const settings = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  await assert.rejects(reset(settings, join(folder, 'other.dump')), Refusal)
  assert.ok((await ask("SELECT to_regclass('public.tasks')"))[0])
})

test('leaves what the scripts make and nothing else, and a backup of what people had', async () => {
  const kept = join(folder, 'kept.dump')
  const initScripts = { '1.sql': 'CREATE SCHEMA extra; CREATE TABLE extra.words (word text);' }
  await reset({ ...settingsOf({}), initScripts }, kept)
  const tables = await ask(
    "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  )
  assert.deepEqual(tables, ['extra.words'])
  const { rows } = await verifiedRecord(kept, databaseOf(MAIN).backup)
  assert.ok((rows['public.tasks'] ?? 0) > 0)
})

test('of an empty database keeps nothing', async () => {
  await reset(settingsOf({}), join(folder, 'none.dump'))
  await assert.rejects(verifiedRecord(join(folder, 'none.dump'), databaseOf(MAIN).backup), Refusal)
  assert.deepEqual(
    await ask("SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'auth', 'extra')"),
    ['public'],
  )
})

test.run()
