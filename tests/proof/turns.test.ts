import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anomalies, type Turn, type Value } from './turns.ts'

const test = suite('a history of writes and reads')

const write = (value: Value, acknowledged = true): Turn => ({ key: 'a', kind: 'write', value, acknowledged })
const read = (value: Value): Turn => ({ key: 'a', kind: 'read', value, acknowledged: true })

for (const [what, history, expected] of [
  ['what was written is read', [write('1'), read('1'), write('2'), read('2'), write(null), read(null)], []],
  ['an acknowledged write is gone', [write('1'), read(null)], ['lost write']],
  ['what was before is read again', [write('1'), write('2'), read('1')], ['stale read']],
  ['what nobody wrote is read', [write('1'), read('x')], ['phantom']],
  ['what was deleted is read', [write('1'), write(null), read('1')], ['resurrection']],
  ['what was not acknowledged may be, or not', [write('1'), write('2', false), read('2')], []],
  ['the same, the other way', [write('1'), write('2', false), read('1')], []],
  [
    'but not first one and then the other',
    [write('1'), write('2', false), read('2'), read('1')],
    ['stale read'],
  ],
  [
    'nor is it an excuse for what was acknowledged',
    [write('1'), write('2', false), read(null)],
    ['lost write'],
  ],
] as const)
  test(`${what}: ${expected.join() || 'nothing to say'}`, () => {
    assert.equal(
      anomalies(history).map(({ name }) => name),
      [...expected],
    )
  })

test('each task has a history of its own', () => {
  assert.equal(
    anomalies([write('1'), { ...read('1'), key: 'b' }]).map(({ name }) => name),
    ['phantom'],
  )
})

test.run()
