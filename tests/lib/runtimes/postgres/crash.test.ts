import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removePostgres, startPostgres, stopPostgres } from '../../../../lib/runtimes/postgres/server.ts'
import { unprivileged } from '../../../../lib/runtimes/postgres/unprivileged.ts'
import { beginning } from '../../../../lib/shell/processes.ts'
import { type Anomaly, anomalies, type Turn, type Value } from '../../../proof/turns.ts'
import { ownServer } from './own-server.ts'

const test = suite('a PostgreSQL of the host target that is killed')
const state = mkdtempSync(join(tmpdir(), 'host-postgres-'))
const server = await ownServer()
const WRITERS = 4
const TURNS = 60
const LOOK_MS = 20

test.before(async () => {
  assert.ok(await startPostgres(state, server))
  await ask('CREATE TABLE things (key text PRIMARY KEY, value text NOT NULL)')
})

test.after(async () => {
  await stopPostgres(state)
  removePostgres(state)
  rmSync(state, { recursive: true })
})

async function connected(): Promise<pg.Client> {
  const { port, user, password, name: database } = server
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database })
  // It is lost with the server; each of its statements tells.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function ask(statement: string): Promise<Record<string, unknown>[]> {
  const client = await connected()
  const { rows } = await client.query<Record<string, unknown>>(statement)
  await client.end()
  return rows
}

/** Kills every process of the server, its first one first, as a node that loses its power would, and waits for their end. */
async function killAll(): Promise<void> {
  const rows = await ask('SELECT pid FROM pg_stat_activity')
  const [first = ''] = readFileSync(join(unprivileged(state).folder, 'data', 'postmaster.pid'), 'utf8').split(
    '\n',
  )
  const killed = [Number(first), ...rows.map(({ pid }) => Number(pid))]
  for (const pid of killed)
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // The one that answered has ended.
    }
  // On a busy machine one that was killed is there for a while, and a server whose first process is counts as running.
  while (killed.some((pid) => beginning(pid) !== undefined)) await pause(LOOK_MS)
}

/** Writes, changes and removes things, one after another, until it has done enough and the server is gone. */
async function write(client: pg.Client, writer: number, history: Turn[], enough: () => void): Promise<void> {
  for (let turn = 0; ; turn++) {
    const key = `${writer}/${turn % 7}`
    const value: Value = turn % 5 === 4 ? null : `${turn}`
    const statement = value === null ? 'DELETE FROM things WHERE key = $1' : UPSERT
    const acknowledged = await client.query(statement, value === null ? [key] : [key, value]).then(
      () => true,
      () => false,
    )
    history.push({ key, kind: 'write', value, acknowledged })
    if (!acknowledged) return
    if (turn === TURNS) enough()
  }
}

const UPSERT = 'INSERT INTO things VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value'

/** Kills the server under load and starts it. @returns what its data cannot explain */
async function crash(history: Turn[], prepare = 'SELECT'): Promise<Anomaly[]> {
  const clients = await Promise.all(Array.from({ length: WRITERS }, connected))
  for (const client of clients) await client.query(prepare)
  const waiting = clients.map((client, writer) => {
    let enough: () => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      enough = resolve
    })
    return { begun, over: write(client, writer, history, enough) }
  })
  await Promise.all(waiting.map(({ begun }) => begun))
  await killAll()
  await Promise.all(waiting.map(({ over }) => over))
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
  assert.ok(await startPostgres(state, server))
  const there = new Map(
    (await ask('SELECT key, value FROM things')).map(({ key, value }) => [key, String(value)]),
  )
  for (const key of new Set(history.map((turn) => turn.key)))
    history.push({ key, kind: 'read', value: there.get(key) ?? null, acknowledged: true })
  return anomalies(history)
}

test('comes back with every write that was acknowledged, three times', async () => {
  const history: Turn[] = []
  for (let round = 0; round < 3; round++) assert.equal(await crash(history), [])
  console.log(`figure: killed 3 times, ${history.length} turns, 0 anomalies`)
})

test('and where it need not wait for its disk, what is lost is found', async () => {
  await ask("ALTER SYSTEM SET wal_writer_delay = '10s'")
  await ask('SELECT pg_reload_conf()')
  await ask('DELETE FROM things')
  const found = await crash([], 'SET synchronous_commit = off')
  assert.ok(found.length > 0)
  assert.ok(found.every(({ name }) => ['lost write', 'stale read', 'resurrection'].includes(name)))
})

test.run()
