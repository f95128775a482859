import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { footLines } from '../../../lib/loop/screen/foot.ts'
import { type Intent, keysIn, press, type View } from '../../../lib/loop/screen/keys.ts'
import { plain } from '../../../lib/loop/screen/paint.ts'

const test = suite('keys')
const NAMES = ['frontend', 'backend', 'mcp']
const [ESCAPE, ENTER] = ['\x1b', '\r']

/** What keys come to, one after the other. */
function typed(keys: readonly string[], view: View = {}) {
  const intents: Intent[] = []
  let is = view
  for (const key of keys) {
    const pressed = press(is, key, NAMES)
    is = pressed.view
    if (pressed.intent) intents.push(pressed.intent)
  }
  return { view: is, intents, foot: footLines(is, NAMES, 80, plain) }
}

test('are told apart where several came at once', () => {
  assert.equal(keysIn('q\x1b[A\x1b[I\x1bOPé🙂\x1bx\x1b'), [
    'q',
    '\x1b[A',
    '\x1b[I',
    '\x1bOP',
    'é',
    '🙂',
    '\x1bx',
    '\x1b',
  ])
})

for (const [name, keys, shown] of [
  ['a number', 'f2', { service: 'backend' }],
  ['a name', 'fmcp', { service: 'mcp' }],
  ['nothing', 'f', {}],
] as const)
  test(`show the lines of one service, or of all: ${name}`, () => {
    const { service, contains } = lastShown([...keys, ENTER], { service: 'frontend' })
    assert.equal({ service, contains }, { service: undefined, contains: undefined, ...shown })
  })

/** What is shown by the one intent that keys come to. */
function lastShown(keys: readonly string[], view: View = {}) {
  const { intents } = typed(keys, view)
  assert.is(intents.length, 1)
  const [intent] = intents
  if (intent?.does !== 'show') throw new Error(`${intent?.does}`)
  return intent.wanted
}

test('search what one service says, and leave both by Escape', () => {
  const backend = { service: 'backend' }
  assert.equal(lastShown([...'/q?', '\x7f', ' ', ...'1', ENTER], backend), { ...backend, contains: 'q 1' })
  assert.equal(lastShown([...'/', ENTER], { ...backend, contains: 'q' }), { ...backend, contains: undefined })
  assert.equal(lastShown([ESCAPE], { ...backend, contains: 'q' }), {})
  assert.equal(typed([ESCAPE]).intents, [])
})

test('restart what is called by its number or its name; who is not there is said', () => {
  assert.equal(typed([...'r1', ENTER]).intents, [{ does: 'restart', service: 'frontend' }])
  assert.equal(typed([...'r backend ', ENTER]).intents, [{ does: 'restart', service: 'backend' }])
  assert.equal(typed([...'r9', ENTER]).intents, [{ does: 'refuse', name: '9' }])
  assert.equal(typed(['r', ENTER]).intents, [])
})

test('are text in a question, until Enter or Escape', () => {
  const { intents, foot } = typed([...'rqo', '\x1b[A', '\t'])
  assert.equal(intents, [])
  assert.equal(foot, ['  1 frontend   2 backend   3 mcp', '  restart which service, by number or name: qo▏'])
  const left = typed([...'rq', ESCAPE, 'q'])
  assert.equal(left.intents, [{ does: 'stop' }])
  assert.equal(typed([...'rq', '\x15', ENTER]).intents, [])
})

test('are told by ?, which any of them ends, and nothing else does anything', () => {
  assert.ok(typed(['?']).foot.some((line) => line.includes('restart a service')))
  assert.equal(typed(['?', '?']).foot, ['  ? keys'])
  assert.equal(typed(['?', 'o']).foot, ['  ? keys'])
  assert.equal(typed(['x', '\x1b[I', '\x1bx', '1']), typed([]))
})

test('are asked for in lines that fit', () => {
  const long = { service: 'a-service', contains: 'x'.repeat(100) }
  for (const view of [long, { helps: true }, { prompt: { asks: 'search', text: 'y'.repeat(200) } }] as const)
    for (const line of footLines(view, NAMES, 40, plain)) assert.ok(line.length < 40, line)
  const [line] = footLines({ prompt: { asks: 'search', text: `${'y'.repeat(200)}z` } }, NAMES, 80, plain)
  assert.ok(line?.endsWith('yz▏'))
})

test.run()
