import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventLog } from '../../../lib/shell/event-log.ts'
import type { Refusal } from '../../../lib/shell/refusal.ts'
import { CHECKOUT, stateFolder } from '../../../lib/shell/state-folder.ts'
import { stateBase } from '../../../lib/shell/state-place.mjs'

const test = suite('stateFolder')
const before = { HOME: homedir(), XDG_STATE_HOME: process.env.XDG_STATE_HOME }
let base: string

test.before.each(() => {
  base = mkdtempSync(join(tmpdir(), 'state-'))
  process.env.XDG_STATE_HOME = base
})
test.after.each(() => {
  Object.assign(process.env, { HOME: before.HOME })
  if (before.XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME
  else process.env.XDG_STATE_HOME = before.XDG_STATE_HOME
  rmSync(base, { recursive: true })
})

test('is below XDG_STATE_HOME, the same each time, and outside the checkout', () => {
  const folder = stateFolder('todo')
  assert.is(dirname(folder), base)
  assert.match(folder, /\/todo-loop-[0-9a-f]{8}$/)
  assert.is(stateFolder('todo'), folder)
  assert.not.ok(folder.startsWith(CHECKOUT))
})

for (const value of [undefined, '', 'relative/path'])
  test(`is below ~/.local/state when XDG_STATE_HOME is ${value === undefined ? 'unset' : `"${value}"`}`, () => {
    process.env.HOME = base
    if (value === undefined) delete process.env.XDG_STATE_HOME
    else process.env.XDG_STATE_HOME = value
    assert.is(dirname(stateFolder('todo')), join(base, '.local', 'state'))
  })

for (const home of ['', 'here'])
  test(`is in the home that the system knows where HOME is "${home}"`, () => {
    Object.assign(process.env, { HOME: home, XDG_STATE_HOME: '' })
    assert.is(stateBase(), join(userInfo().homedir, '.local', 'state'))
  })

test('is refused in a sentence where it cannot be made', () => {
  writeFileSync(join(base, 'file'), '')
  process.env.XDG_STATE_HOME = join(base, 'file')
  assert.throws(
    () => stateFolder('todo'),
    ({ message, cure }: Refusal) =>
      /file\/todo-loop-.* cannot be written/.test(message) && /XDG_STATE_HOME/.test(cure),
  )
})

test('is for its owner alone, whatever the umask', () => {
  const umask = process.umask(0)
  try {
    assert.is(statSync(stateFolder('todo')).mode & 0o777, 0o700)
  } finally {
    process.umask(umask)
  }
})

test('a log in it is one JSON object a line, each with time, program and event', () => {
  const log = eventLog(stateFolder('todo'), 'somebody')
  log('began')
  log('ended', { changed: ['a\nb'] })
  const lines = readFileSync(join(stateFolder('todo'), 'logs', 'somebody.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
  const events = lines.map((line) => JSON.parse(line))
  assert.equal(
    events.map(({ program, pid, event, changed }) => ({ program, pid, event, changed })),
    [
      { program: 'somebody', pid: process.pid, event: 'began', changed: undefined },
      { program: 'somebody', pid: process.pid, event: 'ended', changed: ['a\nb'] },
    ],
  )
  for (const { time, sinceStartMs } of events) {
    assert.is(new Date(time).toISOString(), time)
    assert.type(sinceStartMs, 'number')
  }
})

test.run()
