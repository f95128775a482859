import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { databaseOf } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { stateFolder } from '../../lib/shell/state-folder.ts'
import { backUp } from '../../scripts/db/back-up.ts'
import { withClient } from '../../scripts/db/on-host.ts'
import { type BackupRecord, verifiedRecord } from '../../scripts/db/record.ts'
import { restore } from '../../scripts/db/restore.ts'
import { commandLines } from '../command-lines.ts'
import { MAIN } from '../k8s/main-stack.ts'
import { settingsOf } from '../k8s/settings-of-every-kind.ts'
import {
  addSmokeUser,
  emptyDatabase,
  gone,
  HEAD,
  holding,
  migratedDatabase,
  needed,
  type StackDatabase,
  usedDatabase,
  waitingFor,
} from './stack-database.ts'

const test = suite('backup and restore')

const { backup: RULE } = databaseOf(MAIN)
const OWN = settingsOf({})
const EXTERNAL = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })

/** What was saved, and where to. */
let source: StackDatabase
let folder: string
let archive: string
let record: BackupRecord
/** The checksum of all that a restore has to give back. */
let people: string
const databases: StackDatabase[] = []

const never = new AbortController().signal

function save(url: string, file: string, interrupted = never): Promise<BackupRecord> {
  return withClient(stateFolder('todo'), url, interrupted, (client) => backUp(client, file, RULE))
}

/** What `npm run db -- restore` does once it knows the database. */
async function putBack(
  { url }: StackDatabase,
  file = archive,
  { replace = false, settings = OWN as Settings, interrupted = never } = {},
): Promise<void> {
  const found = await verifiedRecord(file, RULE)
  await withClient(stateFolder('todo'), url, interrupted, (client) =>
    restore(client, file, found, settings, replace),
  )
}

async function refused(action: Promise<unknown>, sentence: RegExp): Promise<Refusal> {
  const error = await action.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof Refusal, String(error))
  assert.match(error.message, sentence)
  assert.ok(error.cure)
  return error
}

/** A copy of the archive and its record that a test may spoil. */
async function copy(): Promise<string> {
  const file = join(await mkdtemp(join(folder, 'copy-')), 'todo.dump')
  await writeFile(file, await readFile(archive))
  await writeFile(`${file}.json`, await readFile(`${archive}.json`))
  return file
}

async function kept(database: Promise<StackDatabase>): Promise<StackDatabase> {
  databases.push(await database)
  return database
}

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'))
  archive = join(folder, 'saved', 'todo.dump')
  source = await kept(usedDatabase())
  people = await source.checksum()
  await addSmokeUser(source)
  record = await save(source.url, archive)
})

test.after(async () => {
  for (const database of databases) await database.drop()
  await rm(folder, { recursive: true })
})

test('a backup is an archive and its record, whole and for this user alone', async () => {
  assert.deepEqual((await readdir(join(folder, 'saved'))).sort(), ['todo.dump', 'todo.dump.json'])
  for (const file of [archive, `${archive}.json`]) assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(JSON.parse(await readFile(`${archive}.json`, 'utf8')), record)
  assert.equal(record.bytes, (await stat(archive)).size)
  assert.equal(record.revision, HEAD)
})

test('the record has the rows of every table, counted in the archive', async () => {
  for (const [table, rows] of Object.entries(record.rows))
    assert.deepEqual(await source.sql(`select count(*)::int as rows from ${table}`), [{ rows }], table)
  assert.equal(record.rows['public.tasks'], 500)
  assert.equal(record.rows['auth."user"'], 3)
})

for (const [what, make] of [
  ['an empty database', emptyDatabase],
  ['the database of a stack that just came up', migratedDatabase],
] as const)
  test(`a restore into ${what} gives every row back but those that other secrets made`, async () => {
    const target = await kept(make())
    if (make === migratedDatabase) await addSmokeUser(target)
    await putBack(target)
    assert.deepEqual(await target.sql('select from auth.jwks'), [])
    assert.equal(await target.checksum(), people)
    const [next] = await target.sql(`insert into tasks (user_id, title) values ('ada', 'New') returning id`)
    assert.equal(next?.id, 501)
  })

test('a backup of what was restored restores, too', async () => {
  const [first, second] = [await kept(emptyDatabase()), await kept(emptyDatabase())]
  await putBack(first)
  const again = join(folder, 'again.dump')
  const { rows } = await save(first.url, again)
  assert.deepEqual(rows, { ...record.rows, 'auth.jwks': 0, 'auth."user"': 2 })
  await putBack(second, again)
  assert.equal(await second.checksum(), people)
})

test('what a loop has applied comes back with its database, and goes where another is put in its place', async () => {
  const [looped, target] = [await kept(usedDatabase()), await kept(migratedDatabase())]
  await looped.sql(`create schema loop;
    create table loop.migrations (position integer primary key, source text not null);
    insert into loop.migrations values (0, E'revision = "1"\\n\\\\.\\n')`)
  const applied = await looped.sql('select * from loop.migrations')
  const file = join(folder, 'looped.dump')
  await save(looped.url, file)
  await putBack(target, file)
  assert.deepEqual(await target.sql('select * from loop.migrations'), applied)
  await putBack(target, archive, { replace: true })
  assert.deepEqual(await target.sql(`select to_regclass('loop.migrations') as kept`), [{ kept: null }])
  await putBack(target, file, { replace: true })
  assert.deepEqual(await target.sql('select * from loop.migrations'), applied)
})

for (const [what, spoil, sentence] of [
  [
    'a truncated archive',
    (file) => truncate(file, 1000),
    /todo\.dump is truncated: it has 1000 of \d+ bytes/,
  ],
  ['an empty file', (file) => truncate(file, 0), /todo\.dump is no archive of pg_dump/],
  ['an archive with one bit flipped', flipBit, /todo\.dump is damaged, or another/],
  [
    'a file of something else',
    (file) => writeFile(file, 'SELECT 1;\n'),
    /todo\.dump is no archive of pg_dump/,
  ],
  ['an archive without its record', (file) => rm(`${file}.json`), /There is no .*todo\.dump\.json/],
  [
    'a record that no backup wrote',
    (file) => writeFile(`${file}.json`, '{"rows": {"x; DROP TABLE tasks": 1}}'),
    /todo\.dump\.json is not what a backup wrote/,
  ],
  [
    'a backup of another application',
    (file) => writeFile(`${file}.json`, JSON.stringify({ ...record, rows: { 'public.orders': 7 } })),
    /is a backup of another application: it has no public\.alembic_version/,
  ],
  ['a file that is not there', (file) => rm(file), /There is no .*todo\.dump\.$/],
] as [string, (file: string) => Promise<void>, RegExp][])
  test(`${what} is refused before the database is touched`, async () => {
    const file = await copy()
    await spoil(file)
    const target = await kept(migratedDatabase())
    const before = await target.checksum()
    await refused(putBack(target, file, { replace: true }), sentence)
    assert.equal(await target.checksum(), before)
  })

async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file)
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(file, bytes)
}

for (const [what, spoil, doctored, sentence] of [
  [
    'ends in its middle',
    (file: string) => truncate(file, 3000),
    {},
    /Nothing was restored: pg_restore: error/,
  ],
  [
    'has other rows than its record',
    undefined,
    { 'public.tasks': 499 },
    /tasks has 500 rows, the backup has 499/,
  ],
] as const)
  test(`an archive that ${what} all the same changes nothing`, async () => {
    const file = await copy()
    await spoil?.(file)
    const target = await kept(usedDatabase())
    const before = await target.checksum()
    const told = { ...record, rows: { ...record.rows, ...doctored } }
    await refused(
      withClient(stateFolder('todo'), target.url, never, (client) => restore(client, file, told, OWN, true)),
      sentence,
    )
    assert.equal(await target.checksum(), before)
  })

test('data that is there stays, unless it may be replaced', async () => {
  const target = await kept(usedDatabase())
  await target.sql(`delete from auth."user" where id = 'bob'; update tasks set title = 'Mine'`)
  const before = await target.checksum()
  const { cure } = await refused(
    putBack(target),
    /holds data already: 1 accounts and 500 rows of public\.tasks/,
  )
  assert.match(cure, /--replace/)
  assert.equal(await target.checksum(), before)
  await putBack(target, archive, { replace: true })
  assert.equal(await target.checksum(), people)
})

test('a table that a later migration made goes with what it belongs to', async () => {
  const target = await kept(migratedDatabase())
  await target.sql('create table labels (task integer references tasks (id))')
  await putBack(target)
  assert.deepEqual(await target.sql(`select to_regclass('labels') as labels`), [{ labels: null }])
  assert.equal(await target.checksum(), people)
})

test('in an external database, tables that may be others’ stay', async () => {
  const target = await kept(migratedDatabase())
  await target.sql('create table invoices (id integer); insert into invoices values (1)')
  const { cure } = await refused(
    putBack(target, archive, { replace: true, settings: EXTERNAL }),
    /has tables that are not in the backup: public\.invoices/,
  )
  assert.match(cure, /DROP TABLE public\.invoices/)
  assert.deepEqual(await target.sql('select id from invoices'), [{ id: 1 }])
})

test('an empty database is not saved for a full one', async () => {
  const target = await kept(emptyDatabase())
  const file = join(folder, 'empty.dump')
  await refused(save(target.url, file), /holds no data of this stack/)
  await left('empty.dump', [])
})

test('a file that is there is not written over', async () => {
  const file = await copy()
  const before = await readFile(file)
  await refused(save(source.url, file), /There is a .*todo\.dump already/)
  assert.deepEqual(await readFile(file), before)
})

test('a folder that cannot be is refused in a sentence', async () => {
  await refused(save(source.url, join(archive, 'todo.dump')), /cannot be written \(/)
})

test('a database that refuses us is told in its own words, without the password', async () => {
  const url = new URL(source.url)
  url.password = 'not-shown'
  const { message } = await refused(save(url.href, join(folder, 'no.dump')), /password authentication failed/)
  assert.doesNotMatch(message, /not-shown/)
  await left('no.dump', [])
})

test('Ctrl-C in the middle of a backup leaves no file, and no password was to be seen meanwhile', async () => {
  const blocker = await holding(source, 'lock table tasks in access exclusive mode')
  const interruption = new AbortController()
  const saving = save(source.url, join(folder, 'cut.dump'), interruption.signal)
  const settled = saving.catch((error: Error) => error)
  await waitingFor(source)
  const seen = commandLines()
  assert.match(seen, /pg_dump/)
  assert.ok(!seen.includes(new URL(source.url).password), 'the password stands in a process list')
  await left('cut.dump', [/^cut\.dump\.[\w-]+\.partial$/])
  interruption.abort(new Refusal('Interrupted.', 'again', 130))
  assert.equal(((await settled) as Refusal).exitCode, 130)
  await blocker.release()
  await left('cut.dump', [])
  await gone(source)
})

test('Ctrl-C in the middle of a restore changes nothing', async () => {
  const target = await kept(usedDatabase())
  const before = await target.checksum()
  const blocker = await holding(target, 'select from tasks')
  const interruption = new AbortController()
  const restoring = putBack(target, archive, { replace: true, interrupted: interruption.signal })
  const settled = restoring.catch((error: Error) => error)
  await waitingFor(target)
  interruption.abort(new Refusal('Interrupted.', 'again', 130))
  assert.equal(((await settled) as Refusal).exitCode, 130)
  await blocker.release()
  await gone(target)
  assert.equal(await target.checksum(), before)
})

test('sslmode=verify-full asks the authorities that Node knows', async () => {
  const url = new URL(source.url)
  url.hostname = 'localhost'
  url.searchParams.set('sslmode', 'verify-full')
  await refused(save(url.href, join(folder, 'tls.dump')), /certificate verify failed/)
  process.env.NODE_EXTRA_CA_CERTS = needed('TEST_DATABASE_CA')
  const { rows } = await save(url.href, join(folder, 'tls.dump'))
  assert.deepEqual(rows, record.rows)
})

/** Which files there are whose names begin so. */
async function left(start: string, expected: readonly RegExp[]): Promise<void> {
  const found = (await readdir(folder)).filter((name) => name.startsWith(start))
  assert.equal(found.length, expected.length, found.join())
  for (const [n, pattern] of expected.entries()) assert.match(found[n] ?? '', pattern)
}

test.run()
