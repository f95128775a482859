import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BenchMove, BenchMoves } from '../../../k8s/model/bench.ts'
import { filesToSwitch, planOf, textOfMove, withComment } from '../../../scripts/bench/moves.ts'

const move: BenchMove = { file: 'a.txt', text: 'one', there: 'two' }
const made: BenchMoves['made'] = { model: move, settings: move, migration: move, packages: move }

test('each loop makes the moves that it has, and those that make new pods last', () => {
  const ways = (mover: Parameters<typeof planOf>[0]) =>
    planOf(mover, made).map(({ by, way }) => `${by} ${way}`)
  assert.equal(ways('loop'), ['packages session', 'migration session', 'settings session', 'model session'])
  assert.equal(ways('host'), ['packages session', 'migration session', 'settings session', 'model session'])
  assert.equal(ways('stock'), ['packages rollout', 'settings render', 'model render'])
  assert.equal(ways('tilt'), ways('stock'))
})

test('a stack that names no such move is not asked for it', () => {
  assert.equal(
    planOf('loop', { settings: move }).map(({ by }) => by),
    ['settings'],
  )
})

for (const [what, one, there, back] of [
  ['a text in a file', move, 'before two $& after', 'before one $& after'],
  [
    'a text with other words when undone',
    { ...move, back: 'three' },
    'before two $& after',
    'before three $& after',
  ],
  ['a line more', { file: 'a', there: '\n$&=1\n' }, 'before one $& after\n$&=1\n', 'before one $& after'],
] as const)
  test(`${what} is made and undone`, () => {
    assert.is(textOfMove(one, 'before one $& after', 'there', []), there)
    assert.is(textOfMove(one, 'before one $& after', 'back', []), back)
  })

test('a file that follows the newest of its folder is told which that is', () => {
  const after: BenchMove = { file: 'v/9_new.py', there: (newest) => `after ${newest}`, back: 'again' }
  assert.is(
    textOfMove(after, '', 'there', ['0009_b.py', '__pycache__', '0010_a.py', '0002_c.py']),
    'after 0010',
  )
  assert.is(textOfMove(after, '', 'back', ['0009_b.py']), 'again')
})

test('branches differ in sources spread over all that can have a comment', () => {
  const files = ['b.ts', 'a.py', 'c.css', 'd.tsx', 'Makefile', 'e.go', 'f.json']
  assert.equal(filesToSwitch(files, 2), ['a.py', 'd.tsx'])
  assert.equal(filesToSwitch(files, 200), ['a.py', 'b.ts', 'd.tsx', 'e.go'])
})

test('a source of another branch has a comment of its language more', () => {
  assert.is(withComment('a.py', 'x = 1\n', 'there'), 'x = 1\n# there\n')
  assert.is(withComment('a.tsx', 'export {}', 'back'), 'export {}\n// back\n')
})

test.run()
