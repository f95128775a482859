import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checkout, checkout } from './checkout.ts'

const test = suite('hooks/secrets.ts for Compose')
const KEYS = [
  'BETTER_AUTH_SECRET',
  'DATABASE_URL',
  'POSTGRES_PASSWORD',
  'SMOKE_PASSWORD',
  'VAPID_PRIVATE_KEY',
]
let here: Checkout

test.before.each(async () => {
  here = await checkout()
})
test.after.each(async () => {
  assert.equal(await here.kubectl.calls(), [], 'nothing was asked of a cluster')
  await here.remove()
})

const folder = () => join(here.folder, 'dist', 'compose', 'secrets')
const secrets = (...args: string[]) => here.run('secrets', ['--target', 'compose', ...args])

async function values(): Promise<Record<string, string>> {
  const names = await readdir(folder())
  const all = names.map(async (name) => [name, await readFile(join(folder(), name), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(all))
}

/** A docker that lists this volume, or cannot answer. */
function docker(answer: { volume: string } | 'no engine'): Promise<void> {
  const does = answer === 'no engine' ? 'exit 1' : `echo ${answer.volume}`
  return writeFile(join(here.kubectl.path, 'docker'), `#!/usr/bin/env bash\n${does}\n`, { mode: 0o755 })
}

test('makes a file for each, which programs of other users may read, in a folder that only its owner may enter', async () => {
  const { exitCode, stdout, stderr } = await secrets()
  assert.equal([exitCode, stderr], [0, ''])
  const made = await values()
  assert.equal(Object.keys(made).sort(), KEYS)
  assert.is(made.DATABASE_URL, `postgresql://todo:${made.POSTGRES_PASSWORD}@postgres:5432/todo`)
  assert.is((await stat(folder())).mode & 0o777, 0o700)
  for (const key of KEYS) assert.is((await stat(join(folder(), key))).mode & 0o777, 0o444)
  for (const value of Object.values(made))
    assert.not.ok([stdout, await here.logs()].join('\n').includes(value), 'a secret value was shown')
})

test('the folder is relative to where the person stands', async () => {
  const stands = join(here.folder, 'dist')
  await mkdir(stands)
  const words = ['--target', 'compose', '--output', 'compose']
  assert.is((await here.run('secrets', words, { INIT_CWD: stands })).exitCode, 0)
  assert.equal(Object.keys(await values()).sort(), KEYS)
})

test('makes none anew that is there, and puts in what is given', async () => {
  await secrets()
  const before = await values()
  assert.is((await secrets()).stdout, 'secrets: nothing to do\n')
  await here.settings({
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: 'from-a-test',
  })
  assert.is((await secrets('--check')).exitCode, 1)
  assert.equal(await values(), before)
  assert.is(
    (await secrets()).stdout,
    'secrets: set OPENAI_API_KEY\n→ where it runs: docker compose up --detach --force-recreate backend\n',
  )
  assert.equal(await values(), { ...before, OPENAI_API_KEY: 'from-a-test' })
  assert.is((await secrets('--check')).exitCode, 0)
})

test('an external database needs no password of ours, and the one of ours is kept for later', async () => {
  await secrets()
  const before = await values()
  await here.settings({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  await secrets()
  assert.equal(await values(), { ...before, DATABASE_URL: 'postgresql://todo@db.example/todo' })
  await here.settings({})
  await secrets()
  assert.equal(await values(), before)
})

test('no reminders and secrets of an external database can be tried and taken back', async () => {
  await secrets()
  const before = await values()
  await here.settings({
    DATABASE_URL: 'postgresql://todo@db.example/todo',
    SMOKE_PASSWORD: 'theirs-from-a-test',
    REMINDERS: 'off',
  })
  await secrets()
  await here.settings({})
  await docker({ volume: 'todo_data' })
  assert.is((await secrets()).exitCode, 0)
  const after = await values()
  for (const key of KEYS) assert.is(after[key], before[key], key)
})

test('what was lost is not made up for a volume from before', async () => {
  await docker({ volume: 'todo_data' })
  const { exitCode, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.match(stderr, 'POSTGRES_PASSWORD is missing')
  assert.match(
    stderr,
    /or start with an empty database: docker compose -f \S+dist\/compose\/compose\.yaml down --volumes/,
  )
  assert.not.ok((await readdir(here.folder)).includes('dist'))
})

test('an engine that does not answer may have such a volume', async () => {
  await docker('no engine')
  const { exitCode, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.match(stderr, /^✗ No Docker engine answers, .*\n {2}→ start Docker/)
})

test('--output names the folder of another compose.yaml', async () => {
  const elsewhere = join(here.folder, 'elsewhere')
  await secrets('--output', elsewhere)
  assert.equal((await readdir(join(elsewhere, 'secrets'))).sort(), KEYS)
  await rm(elsewhere, { recursive: true })
})

test('a secret of another target is not rotated', async () => {
  const { exitCode, stderr } = await secrets('--rotate', 'SMOKE_PASSWORD')
  assert.is(exitCode, 2)
  assert.match(stderr, '✗ Only the cluster has secrets that can be rotated.')
})

test.run()
