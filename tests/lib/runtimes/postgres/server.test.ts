import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removePostgres, startPostgres, stopPostgres } from '../../../../lib/runtimes/postgres/server.ts'
import { unprivileged } from '../../../../lib/runtimes/postgres/unprivileged.ts'
import { ownServer } from './own-server.ts'

const test = suite('the PostgreSQL of the host target')
const state = mkdtempSync(join(tmpdir(), 'host-postgres-'))
const PID_FILE = join(unprivileged(state).folder, 'data', 'postmaster.pid')
const server = await ownServer()
let stranger: ChildProcess

test.before(async () => {
  // Of PostgreSQL's own user, who may send it signals.
  stranger = spawn('sleep', ['600'], { ...unprivileged(state).identity })
  await once(stranger, 'spawn')
})

test.after(async () => {
  stranger.kill('SIGKILL')
  await stopPostgres(state)
  removePostgres(state)
  rmSync(state, { recursive: true })
})

test('starts after a crash whose number is a stranger’s by now, and leaves the stranger alone', async () => {
  assert.ok(await startPostgres(state, server))
  assert.not.ok(await startPostgres(state, server), 'it was running already')
  const [, ...rest] = readFileSync(PID_FILE, 'utf8').split('\n')
  assert.ok(await stopPostgres(state))

  writeFileSync(PID_FILE, [stranger.pid, ...rest].join('\n'))
  assert.not.ok(await stopPostgres(state), 'nothing of ours runs')
  assert.ok(await startPostgres(state, server))
  assert.ok(await stopPostgres(state))
  assert.equal([stranger.exitCode, stranger.signalCode], [null, null])
})

test('is stopped where it dies meanwhile, and leaves its file', async () => {
  assert.ok(await startPostgres(state, server))
  const stopped = stopPostgres(state)
  process.kill(Number(readFileSync(PID_FILE, 'utf8').split('\n')[0]), 'SIGKILL')
  assert.ok(await stopped)
  assert.not.ok(await stopPostgres(state))
})

test.run()
