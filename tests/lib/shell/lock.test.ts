import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { built } from './built.ts'

const test = suite('takeLock')
const HOLDER = built(new URL('lock-holder.ts', import.meta.url))
let state: string
const started: ChildProcess[] = []

test.before.each(async () => {
  state = await mkdtemp(join(tmpdir(), 'lock-'))
})
test.after.each(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await rm(state, { recursive: true })
})

/** Starts a command that takes the lock. @returns it once it holds the lock, or has ended without */
async function take(...words: string[]) {
  const child = spawn(process.execPath, [HOLDER, ...words], {
    env: { ...process.env, XDG_STATE_HOME: state },
  })
  started.push(child)
  const stderr = text(child.stderr)
  const ended = once(child, 'close').then(([exitCode]) => exitCode as number | null)
  const holds = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
  return {
    holds,
    pid: child.pid,
    stderr,
    /** Lets it end by itself, or by a signal. */
    end: async (signal?: NodeJS.Signals) => {
      if (signal) child.kill(signal)
      else child.stdin.end()
      return await ended
    },
  }
}

/** What is in the state folder. */
function left(): string[] {
  return readdirSync(state).flatMap((folder) => readdirSync(join(state, folder)))
}

test('who holds it and has a command that ends it is ended by that', async () => {
  await take('npm run dev', 'npm run loop -- stop')
  const second = await take('npm run up')
  await second.end()
  assert.match(await second.stderr, 'wait for it, or end it: npm run loop -- stop\n')
})

test('a second command is refused, naming the first, while the first goes on', async () => {
  const first = await take('npm run up')
  const second = await take('npm run down')
  assert.equal([first.holds, second.holds], [true, false])
  assert.is(await second.end(), 1)
  assert.is(
    await second.stderr,
    `✗ "npm run up" (process ${first.pid}) is already at work in this checkout.\n  → wait for it, or end it: kill ${first.pid}\n`,
  )
  assert.is(await first.end(), 0)
})

test('of many at once, one gets it, and all others name that one', async () => {
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => take(name)))
  const [winner, ...more] = all.filter(({ holds }) => holds)
  assert.ok(winner)
  assert.is(more.length, 0)
  for (const { holds, stderr } of all) if (!holds) assert.match(await stderr, `(process ${winner.pid})`)
})

test('a command that ends leaves nothing behind', async () => {
  const first = await take('npm run up')
  assert.equal(left(), ['lock'])
  await first.end()
  assert.equal(left(), [])
  assert.ok((await take('npm run down')).holds)
})

test('after SIGINT, SIGTERM or SIGKILL the next command gets it', async () => {
  let holder = await take('npm run up')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    await holder.end(signal)
    holder = await take('npm run down')
    assert.ok(holder.holds, signal)
  }
})

test('a lock that says nothing is taken over', async () => {
  const first = await take('npm run up')
  const [folder = ''] = readdirSync(state)
  await first.end()
  writeFileSync(join(state, folder, 'lock'), '')
  assert.ok((await take('npm run down')).holds)
})

test.run()
