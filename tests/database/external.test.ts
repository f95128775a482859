import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { as, signUp } from '../../stack/tests/user.ts'
import { command, forgetSettings, ORIGIN, useSettings } from '../lib/host/host-target.ts'
import { emptyDatabase, needed, type StackDatabase } from './stack-database.ts'

const test = suite('the whole stack on an external PostgreSQL with TLS')
const folder = mkdtempSync(join(tmpdir(), 'external-'))
let database: StackDatabase

/** What says to each language's runtime which authority is to be trusted. */
const TRUSTING = {
  SSL_CERT_FILE: needed('TEST_DATABASE_CA'),
  NODE_EXTRA_CA_CERTS: needed('TEST_DATABASE_CA'),
}

test.before.each(async () => {
  database = await emptyDatabase()
})

test.after.each(async () => {
  await command('down', ['--target', 'host', '--data'])
  await database.drop()
})

test.after(() => {
  rmSync(folder, { recursive: true })
  forgetSettings()
})

function external(mode: string): void {
  const url = new URL(database.url)
  url.hostname = 'localhost'
  url.searchParams.set('sslmode', mode)
  useSettings([`DATABASE_URL=${url.href}`])
}

for (const [mode, env] of [
  ['require', {}],
  ['verify-full', TRUSTING],
] as const)
  test(`comes up with sslmode=${mode}, every connection encrypted; and is saved`, async () => {
    external(mode)
    const up = await command('up', ['--target', 'host'], env)
    assert.equal(up.code, 0, up.stdout + up.stderr)
    assert.match(up.stdout, /✓ find the row in PostgreSQL/)
    const user = await signUp(ORIGIN)
    assert.equal((await as(user, ORIGIN, 'POST', 'tasks', { title: 'Encrypted' })).status, 201)
    const connected = await database.sql(
      `select distinct split_part(application_name, ' ', 1) as program, ssl from pg_stat_ssl join pg_stat_activity using (pid)
       where datname = current_database() and pid <> pg_backend_pid() order by 1`,
    )
    assert.deepEqual(connected, [
      { program: 'backend', ssl: true },
      { program: 'frontend', ssl: true },
      { program: 'mcp', ssl: true },
    ])
    const file = join(folder, `${mode}.dump`)
    const saved = await command('db', ['backup', file, '--target', 'host'], env)
    assert.equal(saved.code, 0, saved.stderr)
  })

test('does not come up with sslmode=verify-full where nobody vouches for the server', async () => {
  external('verify-full')
  const { code, stderr } = await command('up', ['--target', 'host'])
  assert.equal(code, 1)
  assert.match(stderr, /certificate is not trusted|unable to verify the first certificate/)
})

test.run()
