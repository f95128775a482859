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

const test = suite('TLS to the database')

/** Of the one authority that vouches for the tests' PostgreSQL, and only under the name `localhost`. */
const authority = process.env.TEST_DATABASE_CA
if (!authority) throw new Error("TEST_DATABASE_CA is missing: name the authority's file.")

let database: Database
let settings: Environment | undefined

test.before.each(async () => {
  database = await freshDatabase()
})

test.after.each(async () => {
  await settings?.remove()
  await database.drop()
})

async function withMode(mode: string, host = 'localhost'): Promise<NodeJS.ProcessEnv> {
  const url = new URL(database.url)
  url.hostname = host
  url.searchParams.set('sslmode', mode)
  settings = await environment(url.href, 'http://127.0.0.1:9')
  return settings.variables
}

for (const [mode, trusted, encrypted] of [
  ['disable', false, false],
  ['require', false, true],
  ['verify-full', true, true],
] as const)
  test(`${mode} ${encrypted ? 'encrypts' : 'does not'}${trusted ? ', with an authority that Node is told of' : ''}`, async () => {
    const variables = { ...(await withMode(mode)), ...(trusted ? { NODE_EXTRA_CA_CERTS: authority } : {}) }
    const migrated = await run('migrate.mjs', variables)
    assert.is(migrated.code, 0, migrated.stderr)
    const frontend = await startFrontend(variables)
    try {
      assert.is((await fetch(`${frontend.origin}/api/health/ready`)).status, 200)
      const connections = await query(
        database.url,
        `select ssl from pg_stat_ssl join pg_stat_activity using (pid)
         where datname = current_database() and application_name like 'frontend%'`,
      )
      assert.ok(connections.length > 0)
      assert.equal(new Set(connections.map(({ ssl }) => ssl)), new Set([encrypted]))
    } finally {
      await frontend.stop()
    }
  })

for (const [what, host, trusted, why] of [
  ['a server that nobody vouches for', 'localhost', false, 'unable to verify the first certificate'],
  ['a server under another name', '127.0.0.1', true, "Hostname/IP does not match certificate's altnames"],
] as const)
  test(`verify-full refuses ${what}, at once and in one sentence`, async () => {
    const variables = await withMode('verify-full', host)
    const env = { ...variables, ...(trusted ? { NODE_EXTRA_CA_CERTS: authority } : {}) }
    const { code, stderr } = await run('migrate.mjs', env)
    assert.is(code, 1)
    assert.match(stderr, `The schema auth could not be migrated: ${why}`)
    assert.is(stderr.trimEnd().split('\n').length, 1)
  })

test.run()
