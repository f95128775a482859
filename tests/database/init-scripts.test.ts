import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { query } from '../../apps/frontend/tests/running-frontend.ts'
import type { InitScripts } from '../../k8s/model/choices.ts'
import { removePostgres, startPostgres, stopPostgres } from '../../lib/runtimes/postgres/server.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { stateFolder } from '../../lib/shell/state-folder.ts'
import { needed } from './stack-database.ts'

const test = suite('init scripts on the host target')
const PORT = await freePort()
const password = randomBytes(16).toString('hex')
const url = `postgresql://todo:${password}@127.0.0.1:${PORT}/todo`
const server = (initScripts: InitScripts) => ({
  port: PORT,
  user: 'todo',
  name: 'todo',
  password,
  initScripts,
  initFolder: 'apps/database/init',
})

test.before(() => {
  process.env.XDG_STATE_HOME = join(needed('TODO_TEST_STATE'), 'scripts')
  mkdirSync(process.env.XDG_STATE_HOME, { recursive: true })
})

test.before.each(startAnew)
test.after(startAnew)

async function startAnew(): Promise<void> {
  await stopPostgres(stateFolder('todo'))
  removePostgres(stateFolder('todo'))
}

test('they run once, in the order of their names, as the owner of the database', async () => {
  const scripts = {
    '20-then.sql': `INSERT INTO ran SELECT 'then', current_user; COMMENT ON TABLE ran IS 'two; statements';`,
    '10-first.sql': `CREATE TABLE ran (name text, who text); INSERT INTO ran SELECT 'first', current_user;`,
  }
  for (const run of [1, 2]) {
    await startPostgres(stateFolder('todo'), server(scripts))
    const expected = [
      { name: 'first', who: 'todo' },
      { name: 'then', who: 'todo' },
    ]
    assert.deepEqual(await query(url, 'SELECT * FROM ran'), expected, `start ${run}`)
    await stopPostgres(stateFolder('todo'))
  }
})

test('one that fails is named and leaves no database; corrected, it is run from the beginning', async () => {
  const first = { '10-first.sql': 'CREATE TABLE ran (n integer)' }
  await assert.rejects(
    startPostgres(stateFolder('todo'), server({ ...first, '20-broken.sql': 'INSERT INTO run VALUES (1)' })),
    /^Refusal: The script apps\/database\/init\/20-broken\.sql failed: relation "run" does not exist\.$/,
  )
  await assert.rejects(query(url, 'SELECT'), /database "todo" does not exist/)
  await stopPostgres(stateFolder('todo'))
  await startPostgres(
    stateFolder('todo'),
    server({ ...first, '20-broken.sql': 'INSERT INTO ran VALUES (1)' }),
  )
  assert.deepEqual(await query(url, 'SELECT * FROM ran'), [{ n: 1 }])
})

test.run()
