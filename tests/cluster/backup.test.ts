import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { DATABASE_CLIENT } from '../../k8s/database-client.ts'
import { databaseOf } from '../../k8s/services.ts'
import { dataClaim } from '../../k8s/store.ts'
import { SMOKE_EMAIL } from '../../stack/journey.ts'
import { type Account, as, signIn, signUp } from '../../stack/tests/user.ts'
import { MAIN, NAMES } from '../k8s/main-stack.ts'
import {
  allReady,
  CONTEXT,
  deploy,
  inNamespace,
  ORIGIN,
  objects,
  pods,
  removeTestUsers,
  skaffoldRun,
  sql,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'

const test = suite('backup and restore in the cluster')
let copy: Copy
let folder: string
let archive: string
let user: Account
/** Of what people had when it was saved. */
let saved: string
let rows: Record<string, number>

const db = (...words: string[]) => copy.run(command(words))
const command = (words: readonly string[]) =>
  [process.execPath, '--import', 'tsx', 'scripts/db.ts', ...words, '--target', 'cluster'] as const

test.before(async () => {
  copy = await copyCheckout()
  folder = join(copy.state, 'backups-of-a-test')
  archive = join(folder, 'todo.dump')
  await mkdir(folder)
  await deploy(copy)
  await removeTestUsers()
  user = await signUp(ORIGIN)
  for (const n of [1, 2, 3]) await as(user, ORIGIN, 'POST', 'tasks', { title: `Saved ${n}` })
  await as(user, ORIGIN, 'POST', 'chat', { message: 'Add a task to outlive the cluster' })
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

/** A checksum over the people's rows: the smoke test's user is not among them, nor are counters of sign-ins. */
async function checksum(): Promise<string> {
  const smoke = `(SELECT id FROM auth."user" WHERE email = '${SMOKE_EMAIL}')`
  const kept = {
    'auth."user"': `email <> '${SMOKE_EMAIL}'`,
    'auth.account': `"userId" NOT IN ${smoke}`,
    tasks: 'true',
    conversations: 'true',
    messages: 'true',
    alembic_version: 'true',
  }
  const sums = Object.entries(kept).map(
    ([table, condition]) =>
      `SELECT count(*) || md5(string_agg(row::text, '/' ORDER BY row::text)) FROM ${table} AS row WHERE ${condition};`,
  )
  return sql(sums.join('\n'))
}

/** Names of the pods that a backup or a restore makes. */
async function clientPods(): Promise<string> {
  return inNamespace('get', 'pods', '-o', 'name', `--selector=app.kubernetes.io/name=${DATABASE_CLIENT}`)
}

async function noPodLeft(): Promise<void> {
  await eventually('the pod being gone', PATIENCE, async () => (await clientPods()) === '')
}

test('a backup is whole, and nothing of it is left in the cluster', async () => {
  saved = await checksum()
  const { code, said } = await db('backup', archive)
  assert.equal(code, 0, said)
  assert.match(said, /todo\.dump: \d+ rows of \d+ tables/)
  ;({ rows } = JSON.parse(await readFile(`${archive}.json`, 'utf8')))
  for (const table of ['tasks', 'conversations', 'messages'])
    assert.equal(await sql(`SELECT count(*) FROM ${table}`), `${rows[`public.${table}`]}\n`, table)
  await noPodLeft()
})

for (const [what, spoil, sentence] of [
  ['a truncated file', (file) => truncate(file, 2000), /is truncated: it has 2000 of/],
  ['a damaged file', flip, /is damaged/],
  ['a foreign file', (file) => writeFile(file, 'not a backup'), /is no archive of pg_dump/],
] as [string, (file: string) => Promise<void>, RegExp][])
  test(`${what} is refused, and nothing changes`, async () => {
    const file = join(folder, 'spoilt.dump')
    await copyFile(archive, file)
    await copyFile(`${archive}.json`, `${file}.json`)
    await spoil(file)
    const before = (await pods()).map(({ metadata }) => metadata.uid).sort()
    const { code, said } = await db('restore', file, '--replace')
    assert.equal(code, 1, said)
    assert.match(said, sentence)
    assert.equal(await checksum(), saved)
    assert.deepEqual((await pods()).map(({ metadata }) => metadata.uid).sort(), before)
    assert.equal(await clientPods(), '')
  })

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  await writeFile(file, bytes)
}

test('somebody’s data is not replaced unasked', async () => {
  const { code, said } = await db('restore', archive)
  assert.equal(code, 1)
  assert.match(said, /holds data already: \d+ accounts and \d+ rows of public\.tasks/)
  assert.equal(await checksum(), saved)
  await noPodLeft()
})

test('Ctrl-C in the middle leaves no file, no pod, and the data as it was', async () => {
  for (const words of [
    ['backup', join(folder, 'cut.dump')],
    ['restore', archive, '--replace'],
  ]) {
    const blocker = await lockTasks()
    const running = copy.start(command(words))
    await eventually('waiting for the lock', PATIENCE, async () => {
      const waiting = `application_name = 'backup' AND wait_event_type = 'Lock'`
      return (await sql(`SELECT count(*) FROM pg_stat_activity WHERE ${waiting}`)) === '1\n'
    })
    running.interrupt()
    assert.equal((await running.ended).code, 130, running.said())
    await blocker.release()
    await noPodLeft()
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('cut')),
      [],
    )
    assert.equal(await checksum(), saved)
  }
})

/** Locks the tasks in a session that stays open until it is released. */
async function lockTasks() {
  const { service: name, user, name: database } = databaseOf(MAIN)
  const psql = ['psql', '--quiet', `--username=${user}`, `--dbname=${database}`]
  const words = [
    '--context',
    CONTEXT,
    `--namespace=${NAMES.namespace}`,
    'exec',
    '--stdin',
    `${name}-0`,
    '--',
    ...psql,
  ]
  const child = spawn('kubectl', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write('BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE;\n\\echo locked\n')
  await once(child.stdout, 'data')
  return {
    release: async () => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

test('saved, destroyed, brought up empty, restored: every row is back, and people sign in', async () => {
  assert.equal((await copy.run(['skaffold', 'delete'])).code, 0)
  await takenDown()
  await inNamespace(
    'delete',
    `persistentvolumeclaim/${dataClaim('postgres')}`,
    `secret/${NAMES.secret}`,
    '--timeout=100s',
  )
  await eventually('an empty namespace', PATIENCE, async () => (await objects()).length === 0)

  const up = await skaffoldRun(copy)
  assert.equal(up.code, 0, up.said)
  assert.equal(await sql('SELECT count(*) FROM tasks'), '0\n')
  const restored = await db('restore', archive)
  assert.equal(restored.code, 0, restored.said)

  await allReady()
  assert.equal(await checksum(), saved)
  for (const table of ['tasks', 'conversations', 'messages'])
    assert.equal(await sql(`SELECT count(*) FROM ${table}`), `${rows[`public.${table}`]}\n`, table)
  const back = await signIn(ORIGIN, user)
  const { body } = await as<{ title: string }[]>(back, ORIGIN, 'GET', 'tasks')
  assert.equal(body.length, 4)
  const smoke = await copy.hook('smoke')
  assert.equal(smoke.code, 0, smoke.said)
  await noPodLeft()
})

test.run()
