import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { testStories } from '../../../stack/tests/stories.ts'
import { type Account, as, signIn, signUp, type User } from '../../../stack/tests/user.ts'
import { answering, command, forgetSettings, OFFSET, ORIGIN, rows, useSettings } from './host-target.ts'

/** One stack from its first start to its last end; each test goes on where the one before it stopped. */
const test = suite('a stack on a host that is used, saved, lost and brought back')
const folder = mkdtempSync(join(tmpdir(), 'backup-'))
const file = join(folder, 'todo.dump')
const SERVICES = ['assistant-stub', 'backend', 'frontend', 'mcp']
let user: Account
let before: Awaited<ReturnType<typeof rows>>

async function ended(name: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(name, [...words, '--target', 'host'])
  assert.equal(code, 0, stdout + stderr)
  return stdout
}

async function titles(of: User): Promise<string[]> {
  const { body } = await as<{ title: string }[]>(of, ORIGIN, 'GET', 'tasks')
  return body.map(({ title }) => title)
}

test.before(async () => {
  await command('down', ['--target', 'host', '--data'])
  await ended('up')
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  rmSync(folder, { recursive: true })
  forgetSettings()
})

testStories(test, ORIGIN, 'the rest')

test('keeps the data over down and up', async () => {
  user = await signUp(ORIGIN)
  await as(user, ORIGIN, 'POST', 'tasks', { title: 'Outlive everything' })
  before = await rows(user.id)
  await ended('down')
  await ended('up')
  assert.deepEqual(await titles(user), ['Outlive everything'])
})

test('what was saved outlives the stack, its data and its secrets', async () => {
  assert.match(await ended('db', 'backup', file), /todo\.dump: \d+ rows of \d+ tables/)
  await ended('down', '--data')
  await ended('up')
  await ended('db', 'restore', file)

  assert.deepEqual((await answering()).sort(), SERVICES)
  assert.deepEqual(await rows(user.id), before)
  assert.deepEqual(await titles(await signIn(ORIGIN, user)), ['Outlive everything'])
})

test('is brought up anew while it is up, on what was restored', async () => {
  assert.match(await ended('up'), /✓ find the row in PostgreSQL/)
  assert.deepEqual((await answering()).sort(), SERVICES)
})

test('somebody’s data is not replaced unasked', async () => {
  const { code, stderr } = await command('db', ['restore', file, '--target', 'host'])
  assert.equal(code, 1)
  assert.match(stderr, /holds data already: \d+ accounts and \d+ rows of public\.tasks/)
})

test('a restore after which the stack could not come up is refused while it is up, and nothing is replaced', async () => {
  useSettings(['SMOKE_PASSWORD=another-than-that-of-the-database'])
  const { code, stderr } = await command('db', ['restore', file, '--replace', '--target', 'host'])
  useSettings()
  assert.equal(code, 1)
  assert.match(stderr, /✗ SMOKE_PASSWORD in \.env\.local is not the one/)
  assert.deepEqual((await answering()).sort(), SERVICES)
})

test('a stack that does not come up after a restore is taken down whole, and that is said', async () => {
  // Beside our own service, which listens on the other address of localhost.
  const squatter = createServer().listen(8000 + OFFSET, '::1')
  await once(squatter, 'listening')
  const { code, stderr } = await command('db', ['restore', file, '--replace', '--target', 'host'])
  squatter.close()
  assert.equal(code, 1)
  assert.match(
    stderr,
    /✗ The database is restored, but the stack is down: Port \d+ \(backend\) .* taken .*\n {2}→ .*; then npm run up/,
  )
  assert.match(await ended('down'), /nothing of the host target was running/)
})

test('a stack that is down is told how to come up', async () => {
  const { code, stderr } = await command('db', ['backup', join(folder, 'no.dump'), '--target', 'host'])
  assert.equal(code, 1)
  assert.match(stderr, /The PostgreSQL of the host target is not running\.\n {2}→ npm run up/)
})

test.run()
