import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inItsWords } from '../../../lib/shell/in-its-words.ts'

const test = suite('what a program said, in a refusal')
const before = process.env.DEBUG

test.before.each(() => {
  delete process.env.DEBUG
})
test.after(() => {
  if (before === undefined) delete process.env.DEBUG
  else process.env.DEBUG = before
})

const KLOG = "E1129 08:32:19.123456    4711 memcache.go:265] couldn't get current server API group list"
const many = (count: number) => Array.from({ length: count }, (_, n) => `line ${n + 1}`).join('\n')

for (const [what, said, words] of [
  ['one line', 'error: no such thing\n', 'error: no such thing'],
  ['several lines', ' first:\n\n  * second  \r\n* third\n', 'first:\n    * second\n  * third'],
  ['the log of its insides before it', `${KLOG}\n${KLOG}\nerror: refused\n`, 'error: refused'],
  ['that log alone', `${KLOG}\n`, KLOG],
  ['nothing', ' \n', 'it said nothing'],
  ['a line without an end', 'x'.repeat(1000), `${'x'.repeat(400)} …`],
  ['as many lines as are shown', many(16), many(16).replaceAll('\n', '\n  ')],
] as const)
  test(`of ${what}`, () => {
    assert.is(inItsWords(said), words)
  })

test('of many lines the first and the last ones, and how many are left out', () => {
  const lines = inItsWords(many(100)).split('\n  ')
  assert.equal(lines.slice(3, 6), ['line 4', '… 84 lines more with DEBUG=1 …', 'line 89'])
  assert.is(lines.at(-1), 'line 100')
})

test('with DEBUG, everything', () => {
  process.env.DEBUG = '1'
  const said = `${KLOG}\n${many(100)}\n${'x'.repeat(1000)}`
  assert.is(inItsWords(said), said.replaceAll('\n', '\n  '))
})

test.run()
