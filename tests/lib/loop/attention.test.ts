import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { openScreen } from '../../../lib/loop/screen/screen.ts'
import { openSession } from '../../../lib/loop/session/session.ts'
import { eventually } from '../../cluster/deadline.ts'
import { Keyboard } from './fake-keyboard.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { MEMBERS } from './members.ts'

const test = suite('what a terminal tells whom it has not in front')
const before = { ...process.env }
const folder = mkdtempSync(join(tmpdir(), 'notify-'))
const told = join(folder, 'told')
const PLACE = { stack: 'todo', where: 'minikube', sources: 'mounted', links: {}, logs: '' } as const
const BROKEN: LoopEvent = {
  kind: 'findings',
  findings: [
    { cause: 'disk-full', where: 'node/minikube', message: 'The disk is full.', cure: '', evidence: [] },
  ],
}
const HEALED: LoopEvent = { kind: 'findings', findings: [] }
const [IN_FRONT, BEHIND] = ['\x1b[I', '\x1b[O'].map((text) => Buffer.from(text))

test.before(() => {
  for (const [name, write] of [
    ['notify-send', `printf '%s|' "$@" >> '${told}'`],
    ['osascript', `for last; do before=$is; is=$last; done; printf '%s|' "$before" "$is" >> '${told}'`],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${write}\n`)
    chmodSync(join(folder, name), 0o755)
  }
})

test.before.each(() => {
  for (const name of ['NO_COLOR', 'CI']) delete process.env[name]
  process.env.TERM = 'xterm-256color'
  process.env.PATH = `${folder}${delimiter}${before.PATH}`
  rmSync(told, { force: true })
})

test.after(() => {
  process.env = before
  rmSync(folder, { recursive: true })
})

function open(keyboard?: Keyboard) {
  const terminal = new FakeTerminal(true)
  const session = openSession(MEMBERS, PLACE)
  const hands = keyboard && {
    keyboard,
    isInForeground: () => true,
    notifies: true,
    asking: () => async () => undefined,
  }
  const screen = openScreen(session, terminal, hands)
  session.on(screen.hear)
  return { terminal, tell: session.tell, close: screen.close }
}

test('the title says whether all works, and is put back', () => {
  const { terminal, tell, close } = open()
  const title = () => terminal.titles().at(-1)
  assert.is(title(), 'todo works')
  tell(BROKEN)
  assert.is(title(), 'todo is broken')
  tell(HEALED)
  assert.is(title(), 'todo works')
  close()
  assert.ok(terminal.written.indexOf('\x1b[22;2t') < terminal.written.indexOf('\x1b[23;2t'))
  assert.not.ok(terminal.written.includes('\x1b[?1004h'))
})

test('who looks elsewhere is told what breaks and that it is well again; who looks is not', async () => {
  const keyboard = new Keyboard()
  const { terminal, tell, close } = open(keyboard)
  assert.ok(terminal.written.includes('\x1b[?1004h'))
  assert.ok(keyboard.isRaw)
  tell(BROKEN)
  tell(HEALED)
  keyboard.emit('data', BEHIND)
  tell(BROKEN)
  // Still the same.
  tell({ ...BROKEN })
  await eventually('the notification', 60, async () => existsSync(told))
  tell(HEALED)
  await eventually('the second one', 60, async () => /well again\|$/.test(readFileSync(told, 'utf8')))
  assert.is(
    readFileSync(told, 'utf8').replaceAll('--app-name|todo|--|', ''),
    'todo|node/minikube: The disk is full.|todo|all is well again|',
  )
  keyboard.emit('data', IN_FRONT)
  tell(BROKEN)
  close()
  assert.is(terminal.bells(), 2)
  assert.ok(terminal.written.endsWith('\x1b[?1004l'))
  assert.not.ok(keyboard.isRaw)
})

test('Ctrl-C is what it always was', async () => {
  const keyboard = new Keyboard()
  const { close } = open(keyboard)
  let interrupted = false
  const hear = () => {
    interrupted = true
  }
  process.once('SIGINT', hear)
  keyboard.emit('data', Buffer.from('\x03'))
  await eventually('the signal', 60, async () => interrupted)
  close()
})

test.run()
