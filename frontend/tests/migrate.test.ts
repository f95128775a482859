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
