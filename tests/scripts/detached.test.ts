import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { answerTo, socketOf } from '../../lib/loop/session/client.ts'
import { status, stopping } from '../../lib/loop/session/questions.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { eventually } from '../cluster/deadline.ts'

const test = suite('beside a loop in the background')
const home = mkdtempSync(join(tmpdir(), 'detached-'))
const dump = join(home, 'some.dump')
let socket: string
let loop: number

function run(file: string, ...words: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', file, ...words], {
    cwd: CHECKOUT,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: home },
  })
}

const ask = async () => status.parse(await answerTo(socket, { ask: 'status' })).pid

test.before(async () => {
  writeFileSync(dump, '')
  const launcher = run('tests/scripts/detached-stage.ts')
  loop = await eventually('the loop', 60, async () => {
    const state = readdirSync(home).find((name) => name.startsWith('todo-loop-'))
    socket = socketOf(join(home, state ?? ''))
    return ask()
  })
  // By its group, as a terminal's or a supervisor's end does.
  const { pid } = launcher
  assert.ok(pid)
  process.kill(-pid, 'SIGKILL')
  await once(launcher, 'exit')
})
test.after(async () => {
  // Where a test before the last has failed.
  await answerTo(socket, { ask: 'stop' }).catch(() => undefined)
  rmSync(home, { recursive: true })
})

test('its launcher was killed with all of its group, and it lives', async () => {
  assert.is(await ask(), loop)
})

for (const [command, ...words] of [
  ['up', '--target', 'host'],
  ['down', '--target', 'host'],
  ['db', 'restore', dump, '--target', 'host'],
] as const)
  test(`${[command, words[0]].join(' ')} is refused in a sentence that names it and what ends it`, async () => {
    const child = run(`scripts/${command}.ts`, ...words)
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    assert.is(
      stderr,
      `✗ "npm run dev" (process ${loop}) is already at work in this checkout.\n  → wait for it, or end it: npm run loop -- stop\n`,
    )
    assert.is(code, 1)
    assert.is(await ask(), loop)
  })

test('it stops when it is told to, and leaves neither lock nor socket', async () => {
  assert.is(stopping.parse(await answerTo(socket, { ask: 'stop' })).pid, loop)
  await eventually('the end of its lock', 60, async () => {
    const left = readdirSync(home, { recursive: true, encoding: 'utf8' })
    return !left.some((path) => path.endsWith('/lock') || path.endsWith('loop.sock'))
  })
})

test('a loop that understands another version is told of in a sentence, with the exit code of a wrong call', async () => {
  const other = createServer((client) =>
    client.end(
      '{"refusal":{"message":"This loop understands version 2.","cure":"use its own","exitCode":2}}\n',
    ),
  ).listen(socket)
  await once(other, 'listening')
  try {
    const child = run('scripts/loop.ts', 'status')
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    assert.equal([code, stderr], [2, '✗ This loop understands version 2.\n  → use its own\n'])
  } finally {
    other.close()
  }
})

test.run()
