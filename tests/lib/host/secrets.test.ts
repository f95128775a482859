import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSettings } from '../../../k8s/settings.ts'
import { bootstrapHostSecrets, readHostSecrets } from '../../../lib/host/secrets.ts'
import { removePostgres } from '../../../lib/runtimes/postgres/server.ts'
import { unprivileged } from '../../../lib/runtimes/postgres/unprivileged.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { stateFolder } from '../../../lib/shell/state-folder.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('the secrets of the host target')
let state: string
const file = () => join(stateFolder('todo'), 'secrets.json')

test.before.each(() => {
  state = mkdtempSync(join(tmpdir(), 'host-secrets-'))
  process.env.XDG_STATE_HOME = state
})
test.after.each(() => {
  removePostgres(stateFolder('todo'))
  rmSync(state, { recursive: true })
})

/** What `npm run up` starts the programs with, under this `.env.local`. */
function secrets(lines: Record<string, string> = {}) {
  const { settings, given } = parseSettings(MAIN, lines, {})
  if (!settings) throw new Error('the settings were refused')
  return bootstrapHostSecrets(stateFolder('todo'), settings, given)
}

/** As if `npm run up` had made the database. */
function makeDatabase(): void {
  const data = join(unprivileged(stateFolder('todo')).folder, 'data')
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'PG_VERSION'), '17\n')
}

test('open the database again after an external one was tried', () => {
  const before = secrets()
  makeDatabase()
  const DATABASE_URL = 'postgresql://u@127.0.0.1:5998/d'
  assert.is(secrets({ DATABASE_URL }).DATABASE_URL, DATABASE_URL)
  secrets({ DATABASE_URL, BETTER_AUTH_SECRET: 'x'.repeat(32), REMINDERS: 'off' })
  assert.equal(secrets(), before)
})

for (const [what, text] of [
  ['half-written', '{"POSTGRES_PASSWORD":"ab'],
  ['empty', ''],
  ['another thing', '["POSTGRES_PASSWORD"]'],
] as const)
  test(`are not made anew where their file is ${what}, database or not`, () => {
    writeFileSync(file(), text)
    for (const makes of [() => undefined, makeDatabase]) {
      makes()
      assert.throws(
        () => secrets(),
        (error: unknown) => {
          assert.instance(error, Refusal)
          assert.match((error as Refusal).message, `${file()} cannot be read`)
          return !(error as Refusal).message.includes('"ab')
        },
      )
      assert.throws(() => readHostSecrets(stateFolder('todo')), /cannot be read/)
      assert.is(readFileSync(file(), 'utf8'), text)
    }
  })

test('are not made anew where their file may not be read', () => {
  mkdirSync(file())
  assert.throws(() => secrets(), /cannot be read \(EISDIR\)/)
})

test.run()
