import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SecretValues, Settings } from '../../../k8s/settings.ts'
import { difference } from '../../../lib/host/difference.ts'
import { hostModel } from '../../../lib/host/model.ts'
import { secretsFolderOf, writeSecretFiles } from '../../../lib/host/secret-files.ts'
import { settingsOf } from '../../k8s/settings-of-every-kind.ts'

const test = suite('what a change of settings or stack restarts on a host')
const state = mkdtempSync(join(tmpdir(), 'difference-'))

test.after(() => rmSync(state, { recursive: true }))

const model = (settings: Settings, given: SecretValues = {}) => hostModel(state, settings, given, 'dev')
const before = model(settingsOf({}))

function changes(settings: Settings, given?: SecretValues) {
  const { programs, stores } = difference(before, model(settings, given))
  return { stops: programs.stops, starts: programs.starts.map(({ name }) => name), stores }
}

const NO_STORES = { stops: [], starts: [] }

for (const [what, file, services] of [
  ['a value that one reads', { MODEL_PATIENCE: '77' }, ['backend']],
  ['one that all read', { LOG_LEVEL: 'debug' }, ['assistant-stub', 'frontend', 'mcp', 'backend']],
  ['one that none of this machine reads', { MEMORY_LIMIT: '1Gi' }, []],
  ['the same written out', { MODEL_PATIENCE: '60' }, []],
] as const)
  test(`${what}: ${services.join(', ') || 'nothing'}`, () => {
    assert.equal(changes(settingsOf(file)), { stops: services, starts: services, stores: NO_STORES })
  })

test('what something else stands in for ends, and who calls it starts anew', () => {
  const given = { OPENAI_API_KEY: 'of-this-test' }
  const file = { OPENAI_BASE_URL: 'https://api.openai.com/v1', OPENAI_MODEL: 'a-model', ...given }
  const { stops, starts } = changes(settingsOf(file), given)
  assert.equal([stops, starts], [['assistant-stub', 'backend'], ['backend']])
})

test('a secret: who reads it, and a stack: whose process it changes', () => {
  const given = { BETTER_AUTH_SECRET: 'x'.repeat(40) }
  assert.equal(changes(settingsOf({}), given).starts, ['frontend'])
  const settings = settingsOf({})
  const { stack } = settings
  const configuration = { ...stack.configuration, MODEL_PATIENCE: () => '99' }
  assert.equal(changes({ ...settings, stack: { ...stack, configuration } }).starts, ['backend'])
})

test('from nothing, all starts, each after those that it calls', () => {
  const { programs, stores } = difference(undefined, before)
  assert.equal(
    [programs.stops, programs.starts.map(({ name }) => name), stores.starts],
    [[], ['assistant-stub', 'frontend', 'mcp', 'backend'], ['postgres']],
  )
})

test('the files of secrets become others in their place, and those that stay are not written', () => {
  const file = (key: string) => join(secretsFolderOf(state), 'api', key)
  writeSecretFiles(state, { api: { FIRST: 'one', SECOND: 'two', THIRD: 'three' } })
  const { ino } = statSync(file('SECOND'))
  writeSecretFiles(state, { api: { FIRST: 'other', SECOND: 'two' } })
  assert.is(readFileSync(file('FIRST'), 'utf8'), 'other')
  assert.is(statSync(file('FIRST')).mode & 0o777, 0o600)
  assert.is(statSync(file('SECOND')).ino, ino)
  assert.throws(() => statSync(file('THIRD')), /ENOENT/)
})

test.run()
