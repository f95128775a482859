import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { as, signIn, signUp } from '../stack/user.ts'
import { answering, command, forgetSettings, ORIGIN, rows } from './host-target.ts'

const test = suite('npm run db on a host')
const folder = mkdtempSync(join(tmpdir(), 'backup-'))
const file = join(folder, 'todo.dump')

async function ended(name: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(name, [...words, '--target', 'host'])
  assert.equal(code, 0, stdout + stderr)
  return stdout
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

test('what was saved outlives the stack, its data and its secrets', async () => {
  const user = await signUp(ORIGIN)
  await as(user, ORIGIN, 'POST', 'tasks', { title: 'Outlive everything' })
  const before = await rows(user.id)
  assert.match(await ended('db', 'backup', file), /todo\.dump: \d+ rows of 13 tables/)
  await ended('down', '--data')
  await ended('up')
  await ended('db', 'restore', file)

  assert.deepEqual((await answering()).sort(), ['assistant-stub', 'backend', 'frontend', 'mcp'])
  assert.deepEqual(await rows(user.id), before)
  const back = await signIn(ORIGIN, user)
  const { body } = await as<{ title: string }[]>(back, ORIGIN, 'GET', 'tasks')
  assert.deepEqual(
    body.map(({ title }) => title),
    ['Outlive everything'],
  )
  assert.match(await ended('up'), /✓ find the row in PostgreSQL/)
})

test('somebody’s data is not replaced unasked', async () => {
  const { code, stderr } = await command('db', ['restore', file, '--target', 'host'])
  assert.equal(code, 1)
  assert.match(stderr, /holds data already: 1 accounts and 1 tasks/)
})

test('a stack that is down is told how to come up', async () => {
  await ended('down')
  const { code, stderr } = await command('db', ['backup', join(folder, 'no.dump'), '--target', 'host'])
  assert.equal(code, 1)
  assert.match(stderr, /The PostgreSQL of the host target is not running\.\n {2}→ npm run up/)
})

test.run()
