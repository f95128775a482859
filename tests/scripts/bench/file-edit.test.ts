import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import { type Edit, restoreLeftover, undone, withEdits } from '../../../scripts/bench/file-edit.ts'

const test = suite('an edit')
const EDITOR = fileURLToPath(new URL('editor.ts', import.meta.url))
const ORIGINAL = 'first\n  TEXT, ünd $& more\r\nlast'
let folder: string
let path: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'edit-'))
  process.env.XDG_STATE_HOME = join(folder, 'state')
  path = join(folder, 'source.py')
  writeFileSync(path, ORIGINAL)
})
test.after.each(() => rmSync(folder, { recursive: true }))

const now = () => readFileSync(path, 'utf8')

/** Starts a process that edits the file, and waits until it has. */
async function editor() {
  const child = spawn(process.execPath, ['--import', 'tsx', EDITOR, path], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  assert.equal(now(), ORIGINAL.replace('TEXT', 'edited twice'))
  return { child, ended }
}

test('replaces the one text, and is undone when the action is done', async () => {
  const seen = await withEdits(path, 'TEXT', async (replaceBy) => {
    replaceBy('$1 and $&')
    return now()
  })
  assert.equal(seen, 'first\n  $1 and $&, ünd $& more\r\nlast')
  assert.equal(now(), ORIGINAL)
  assert.equal(restoreLeftover(), undefined)
})

test('is undone when the action throws', async () => {
  const failing = withEdits(path, 'TEXT', async (replaceBy) => {
    replaceBy('x')
    throw new Error('not served')
  })
  await assert.rejects(failing, /not served/)
  assert.equal(now(), ORIGINAL)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`is undone on ${signal}`, async () => {
    const { child, ended } = await editor()
    child.kill(signal)
    assert.deepEqual(await ended, [130, null])
    assert.equal(now(), ORIGINAL)
    assert.equal(restoreLeftover(), undefined)
  })

test('is undone when the process ends by an error that nobody catches', async () => {
  const { child, ended } = await editor()
  child.stdin.end()
  assert.notEqual((await ended)[0], 0)
  assert.equal(now(), ORIGINAL)
})

test('is undone by the next process after a kill -9', async () => {
  const { child, ended } = await editor()
  child.kill('SIGKILL')
  await ended
  assert.equal(now(), ORIGINAL.replace('TEXT', 'edited twice'))
  assert.equal(restoreLeftover(), path)
  assert.equal(now(), ORIGINAL)
  assert.equal(restoreLeftover(), undefined)
})

test('a file that is gone since a kill -9 stays gone', async () => {
  const { child, ended } = await editor()
  child.kill('SIGKILL')
  await ended
  rmSync(path)
  restoreLeftover()
  assert.ok(!readdirSync(folder).includes('source.py'))
})

test('of a text that is not there, or there twice, is refused and changes nothing', async () => {
  for (const text of ['nowhere', 'st']) {
    const refused = withEdits(path, text, async (replaceBy) => replaceBy('x'))
    await assert.rejects(refused, new RegExp(`does not have exactly one ${text}`))
  }
  assert.equal(now(), ORIGINAL)
})

const edit: Edit = { path: '', original: 'a TEXT b', before: 'TEXT', after: '(edit)' }
for (const [what, current, wanted] of [
  ['the edit itself', 'a (edit) b', 'a TEXT b'],
  ['nothing: the write was cut off at its start', '', 'a TEXT b'],
  ['the beginning of the edited file', 'a (ed', 'a TEXT b'],
  ['the beginning of the original', 'a TEX', 'a TEXT b'],
  ['the original', 'a TEXT b', 'a TEXT b'],
  ["the edit and a developer's own line", 'a (edit) b\nmine', 'a TEXT b\nmine'],
  ["a developer's own text", 'all mine', 'all mine'],
] as const)
  test(`a file that holds ${what} becomes ${JSON.stringify(wanted)}`, () => {
    assert.equal(undone(current, edit), wanted)
  })

test.run()
