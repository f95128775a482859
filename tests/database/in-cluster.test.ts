import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import { environment as chosen } from '../../lib/shell/environment.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { command } from '../../scripts/db.ts'
import { commandLines } from '../command-lines.ts'
import { inProcess } from '../hooks/in-process.ts'
import { breachesOfRestricted } from '../k8s/restricted.ts'
import { type PodOnThisMachine, podOnThisMachine } from './pod-on-this-machine.ts'
import {
  gone,
  HEAD,
  holding,
  migratedDatabase,
  type StackDatabase,
  usedDatabase,
  waitingFor,
} from './stack-database.ts'

const test = suite('npm run db in a cluster')
let source: StackDatabase
let folder: string
let pod: PodOnThisMachine

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'db-'))
  await writeFile(join(folder, '.env.local'), '')
  source = await usedDatabase()
})

test.before.each(async () => {
  pod = await podOnThisMachine(source.url)
})

test.after.each(() => pod.remove())

test.after(async () => {
  await source.drop()
  await rm(folder, { recursive: true })
})

const inCluster = (words: readonly string[]) => [...words, '--target', 'cluster']

const environment = () => ({
  ...chosen('test'),
  PATH: pod.path,
  TODO_ENV_FILE: join(folder, '.env.local'),
  INIT_CWD: folder,
})

function start(...words: string[]) {
  const argv = ['--import', 'tsx', join(CHECKOUT, 'scripts', 'db.ts'), ...inCluster(words)]
  const child = spawn(process.execPath, argv, {
    cwd: CHECKOUT,
    detached: true,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]) => ({ code, stdout, stderr }),
  )
  return { pid: child.pid ?? 0, ended }
}

async function db(...words: string[]) {
  const { exitCode: code, ...said } = await inProcess(command, inCluster(words), environment(), CHECKOUT)
  return { code, ...said }
}

/** What was asked of the cluster, as verbs. */
async function verbs(): Promise<string[]> {
  return (await pod.calls()).map((call) => call.replace(/^--namespace=todo /, '').split(' ')[0] ?? '')
}

test('a backup is made in a pod of its own, which goes', async () => {
  const { code, stdout, stderr } = await db('backup', 'saved.dump')
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, new RegExp(`saved\\.dump: 505 rows of \\d+ tables as of .*, schema ${HEAD}\n$`))
  assert.deepEqual((await readdir(folder)).sort(), ['.env.local', 'saved.dump', 'saved.dump.json'])
  const made = await pod.pod()
  assert.equal(made?.there, false)
  assert.deepEqual(breachesOfRestricted(made.object.spec), [])
  assert.equal(made.object.metadata.labels['app.kubernetes.io/name'], 'database-client')
  const password = new URL(source.url).password
  assert.ok(![...(await pod.calls()), JSON.stringify(made.object)].join().includes(password))
})

test('a restore is made in such a pod too, and the programs start again when it is done', async () => {
  const target = await migratedDatabase()
  try {
    await pod.remove()
    pod = await podOnThisMachine(target.url)
    const { code, stdout, stderr } = await db('restore', 'saved.dump')
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /✓ restart .*\nrestored 505 rows/)
    assert.equal(await target.checksum(), await source.checksum())
    assert.equal((await pod.pod())?.there, false)
    const all = await pod.calls()
    assert.match(all.at(-2) ?? '', /^--namespace todo rollout restart deployment --selector=/)
    assert.match(all.at(-1) ?? '', /^--namespace todo rollout status deployment --selector=/)
  } finally {
    await target.drop()
  }
})

test('a restore that is refused leaves the programs alone', async () => {
  const before = await source.checksum()
  const { code, stderr } = await db('restore', 'saved.dump')
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^✗ The database holds data already: 2 accounts and 500 rows of public\.tasks\.\n {2}→ .*--replace/,
  )
  assert.ok(!(await verbs()).includes('rollout'))
  assert.equal((await pod.pod())?.there, false)
  assert.equal(await source.checksum(), before)
})

test('a spoilt file is refused before the cluster is asked anything', async () => {
  assert.equal((await db('backup', 'spoilt.dump')).code, 0)
  await truncate(join(folder, 'spoilt.dump'), 2000)
  await pod.remove()
  pod = await podOnThisMachine(source.url)
  const { code, stderr } = await db('restore', 'spoilt.dump', '--replace')
  assert.equal(code, 1)
  assert.match(stderr, /spoilt\.dump is truncated/)
  assert.deepEqual(await verbs(), [''])
})

for (const [what, words, sql, sign] of [
  ['backup', ['backup', 'cut.dump'], 'lock table tasks in access exclusive mode', /pg_dump/],
  ['restore', ['restore', 'saved.dump', '--replace'], 'select from tasks', /pg_restore/],
] as const)
  test(`Ctrl-C in the middle of a ${what} leaves neither file nor pod, and the data as it was`, async () => {
    const before = await source.checksum()
    const blocker = await holding(source, sql)
    const { pid, ended } = start(...words)
    await waitingFor(source)
    const seen = commandLines()
    assert.match(seen, sign)
    assert.ok(!seen.includes(new URL(source.url).password), 'the password stands in a process list')
    process.kill(-pid, 'SIGINT')
    const { code, stderr } = await ended
    assert.equal(code, 130, stderr)
    assert.match(stderr, /^✗ Interrupted\./)
    await blocker.release()
    assert.equal((await pod.pod())?.there, false)
    assert.ok(!existsSync(join(folder, 'cut.dump')))
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('partial')),
      [],
    )
    await gone(source)
    assert.equal(await source.checksum(), before)
  })

test('a cluster of somebody else is left alone', async () => {
  await pod.remove()
  pod = await podOnThisMachine(source.url, 'https://api.example.com:6443')
  for (const words of [
    ['backup', 'no.dump'],
    ['restore', 'saved.dump'],
  ]) {
    const { code, stderr } = await db(...words)
    assert.equal(code, 1)
    assert.match(stderr, /Context "minikube" \(server api\.example\.com\) is not a local cluster/)
  }
  assert.deepEqual(new Set(await verbs()), new Set(['config']))
})

test('a cluster without a stack is told how to get one', async () => {
  await pod.remove()
  pod = await podOnThisMachine(undefined)
  const { code, stderr } = await db('backup', 'no.dump')
  assert.equal(code, 1)
  assert.match(stderr, /Secret todo-secrets has no DATABASE_URL in namespace todo\.\n {2}→ npm run up/)
  assert.equal(await pod.pod(), undefined)
})

test('a pod that does not start is named with its reason, and removed', async () => {
  await pod.stuck({
    containerStatuses: [{ image: 'postgres:17', state: { waiting: { reason: 'ImagePullBackOff' } } }],
  })
  const { code, stderr } = await db('backup', 'no.dump')
  assert.equal(code, 1)
  assert.match(stderr, /did not start: image postgres:17 cannot be had \(ImagePullBackOff\)/)
  assert.equal((await pod.pod())?.there, false)
})

for (const words of [
  [],
  ['copy'],
  ['restore'],
  ['backup', 'a', 'b'],
  ['backup', '--replace'],
  ['restore', 'a', '--force'],
])
  test(`called as "${words.join(' ')}", it says how it is called, with 2`, async () => {
    const { code, stdout, stderr } = await db(...words)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^✗ .*\n {2}→ see --help\n$/)
  })

test.run()
