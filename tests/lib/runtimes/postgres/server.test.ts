import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removePostgres, startPostgres, stopPostgres } from '../../../../lib/runtimes/postgres/server.ts'
import { unprivileged } from '../../../../lib/runtimes/postgres/unprivileged.ts'
import { freePort } from '../../../../lib/shell/free-port.ts'

const test = suite('the PostgreSQL of the host target')
const state = mkdtempSync(join(tmpdir(), 'host-postgres-'))
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
  const server = {
    port: await freePort(),
    user: 'me',
    name: 'mine',
    password: 'of-this-test',
    initScripts: {},
    initFolder: '',
  }
  assert.ok(await startPostgres(state, server))
  assert.not.ok(await startPostgres(state, server), 'it was running already')
  const pidFile = join(unprivileged(state).folder, 'data', 'postmaster.pid')
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n')
  assert.ok(await stopPostgres(state))

  writeFileSync(pidFile, [stranger.pid, ...rest].join('\n'))
  assert.not.ok(await stopPostgres(state), 'nothing of ours runs')
  assert.ok(await startPostgres(state, server))
  assert.ok(await stopPostgres(state))
  assert.equal([stranger.exitCode, stranger.signalCode], [null, null])
})

test.run()
