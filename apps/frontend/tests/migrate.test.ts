import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Database,
  type Environment,
  environment,
  freshDatabase,
  query,
  run,
  startFrontend,
} from './running-frontend.ts'

const test = suite('migrate')

let database: Database
let settings: Environment

test.before.each(async () => {
  database = await freshDatabase()
  settings = await environment(database.url, 'http://127.0.0.1:9')
})

test.after.each(async () => {
  await settings.remove()
  await database.drop()
})

function tables() {
  return query(
    database.url,
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('auth', 'public') order by 1",
  ).then((rows) => rows.map(({ name }) => name))
}

test('makes the tables in schema auth only, and does nothing at head', async () => {
  const first = await run('migrate.mjs', settings.variables)
  assert.is(first.code, 0)
  assert.equal(await tables(), [
    'auth.account',
    'auth.jwks',
    'auth.rateLimit',
    'auth.session',
    'auth.user',
    'auth.verification',
  ])
  const second = await run('migrate.mjs', settings.variables)
  assert.is(second.code, 0)
  assert.equal(JSON.parse(second.stdout).created, [])
})

test('several at once: one migrates, the others find the head', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => run('migrate.mjs', settings.variables)))
  assert.equal(
    runs.map(({ code }) => code),
    [0, 0, 0],
  )
  assert.is(runs.filter(({ stdout }) => JSON.parse(stdout).created.length > 0).length, 1)
})

test('readiness follows the schema; liveness does not', async () => {
  const frontend = await startFrontend(settings.variables)
  const ready = () => fetch(`${frontend.origin}/api/health/ready`)
  try {
    const before = await ready()
    assert.is(before.status, 503)
    assert.match(((await before.json()) as { detail: string }).detail, 'migrate')
    await run('migrate.mjs', settings.variables)
    assert.is((await ready()).status, 200)
    await database.cutOff()
    assert.is((await ready()).status, 503)
    assert.is((await fetch(`${frontend.origin}/api/health`)).status, 200)
  } finally {
    await frontend.stop()
  }
})

test('a wrong password ends at once with one sentence that does not show it', async () => {
  const url = new URL(database.url)
  url.username = 'nobody'
  url.password = 'not-shown'
  const wrong = await environment(url.href, 'http://127.0.0.1:9')
  const { code, stderr } = await run('migrate.mjs', wrong.variables)
  await wrong.remove()
  assert.is(code, 1)
  assert.match(stderr, /^The schema auth could not be migrated: .*\n$/)
  assert.not.match(stderr, 'not-shown')
})

/** A database that answers as `first` says, one a connection, before it is up. */
async function comingUp(first: readonly ((client: Socket) => void)[]) {
  const { hostname, port } = new URL(database.url)
  const waiting = [...first]
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    const answer = waiting.shift()
    if (answer) return client.once('data', () => answer(client))
    const real = connect(Number(port || 5432), hostname)
    real.on('error', () => client.destroy()).pipe(client)
    client.pipe(real)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(database.url)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: url.href, left: () => waiting.length, close: () => server.close() }
}

/** https://www.postgresql.org/docs/17/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-ERRORRESPONSE */
function refusing(code: string): (client: Socket) => void {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mthe database system is starting up\0\0`)
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(fields.length + 4, 1)
  return (client) => client.end(Buffer.concat([head, fields]))
}

test('waits for a database that is still coming up, however that shows', async () => {
  const starting = await comingUp([
    (client) => client.end(),
    (client) => client.resetAndDestroy(),
    refusing('57P03'),
  ])
  const early = await environment(starting.url, 'http://127.0.0.1:9')
  try {
    const { code, stderr } = await run('migrate.mjs', early.variables)
    assert.is(code, 0, stderr)
    assert.is(starting.left(), 0)
  } finally {
    starting.close()
    await early.remove()
  }
})

test('what stays wrong is said at once', async () => {
  const url = new URL(database.url)
  url.pathname = '/not_there'
  const withoutTls = await comingUp([(client) => client.write('N')])
  for (const [wrong, said] of [
    [url.href, 'database "not_there" does not exist'],
    [`${withoutTls.url}?sslmode=require`, 'does not support SSL'],
  ] as const) {
    const env = await environment(wrong, 'http://127.0.0.1:9')
    const { code, stderr } = await run('migrate.mjs', env.variables)
    await env.remove()
    assert.is(code, 1)
    assert.match(stderr, said)
  }
  // Else it would have come a second time.
  assert.is(withoutTls.left(), 0)
  withoutTls.close()
})

test('a table in use is waited for without keeping others from it, and no timeout of the database ends it', async () => {
  const name = new URL(database.url).pathname.slice(1)
  assert.is((await run('migrate.mjs', settings.variables)).code, 0)
  await query(database.url, 'alter table auth."user" drop column image')
  await query(database.url, `alter database ${name} set statement_timeout = '500ms'`)
  const [user, reader] = [new pg.Client(database.url), new pg.Client(database.url)]
  await Promise.all([user.connect(), reader.connect()])
  try {
    await user.query('set statement_timeout = 0')
    await user.query(`begin; lock table auth."user" in access share mode; select pg_advisory_lock(7261001)`)
    let ended = false
    const migration = run('migrate.mjs', settings.variables).finally(() => {
      ended = true
    })
    const waits = async (lock: string, atLeast: string) => {
      for (;;) {
        const { rowCount } = await reader.query(
          `select from pg_locks join pg_stat_activity using (pid)
           where not granted and locktype = '${lock}' and datname = current_database() and now() - query_start > '${atLeast}'`,
        )
        if (rowCount) return
        assert.not.ok(ended, 'it gave up')
      }
    }
    await waits('advisory', '600ms')
    await user.query('select pg_advisory_unlock(7261001)')
    await waits('relation', '0ms')
    await reader.query(`set statement_timeout = '20s'`)
    await reader.query('select from auth."user"')
    await user.query('rollback')
    const { code, stderr } = await migration
    assert.is(code, 0, stderr)
  } finally {
    await Promise.all([user.end(), reader.end()])
  }
})

test('a missing setting or secret ends the server at start, and the sentence names it', async () => {
  const { JWT_ISSUER: _, ...withoutIssuer } = settings.variables
  for (const [variables, key] of [
    [withoutIssuer, 'JWT_ISSUER'],
    [{ ...settings.variables, SECRETS_DIR: '/nonexistent' }, '/nonexistent/DATABASE_URL'],
  ] as const) {
    const { code, stderr } = await run('server.js', variables)
    assert.is(code, 1)
    assert.match(stderr, key)
    assert.not.match(stderr, '    at ')
  }
})

test.run()
