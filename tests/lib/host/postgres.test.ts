import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removePostgres, startPostgres, stopPostgres } from '../../../lib/host/postgres.ts'
import { unprivileged } from '../../../lib/host/unprivileged.ts'
import { freePort } from '../../../lib/shell/free-port.ts'

const test = suite('the PostgreSQL of the host target')
const state = mkdtempSync(join(tmpdir(), 'host-postgres-'))
let stranger: ChildProcess

test.before(async () => {
  process.env.XDG_STATE_HOME = state
  // Of PostgreSQL's own user, who may send it signals.
  stranger = spawn('sleep', ['600'], unprivileged().identity)
  await once(stranger, 'spawn')
})

test.after(async () => {
  stranger.kill('SIGKILL')
  await stopPostgres()
  removePostgres()
  rmSync(state, { recursive: true })
})

test('starts after a crash whose number is a stranger’s by now, and leaves the stranger alone', async () => {
  const port = await freePort()
  assert.ok(await startPostgres(port, 'of-this-test'))
  assert.not.ok(await startPostgres(port, 'of-this-test'), 'it was running already')
  const pidFile = join(unprivileged().folder, 'data', 'postmaster.pid')
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n')
  assert.ok(await stopPostgres())

  writeFileSync(pidFile, [stranger.pid, ...rest].join('\n'))
  assert.not.ok(await stopPostgres(), 'nothing of ours runs')
  assert.ok(await startPostgres(port, 'of-this-test'))
  assert.ok(await stopPostgres())
  assert.equal([stranger.exitCode, stranger.signalCode], [null, null])
})

test.run()
