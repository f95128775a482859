import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { proposeFor, toTypeHere } from '../../../lib/shell/type-here.ts'

const test = suite('what is proposed for a stack')

const propose = (folder: string | undefined) => proposeFor('/top', folder, `${folder}/.env.local`)

test.after(() => propose(undefined))

test('for the main one, a sentence stays as it is', () => {
  propose(undefined)
  assert.is(toTypeHere('npm run up, or .env.local'), 'npm run up, or .env.local')
})

for (const [sentence, expected] of [
  ['npm run up', 'npm run up -- --stack examples/shop'],
  ['npm run down -- --data', 'npm run down -- --stack examples/shop --data'],
  ['npm run cluster -- up makes one', 'npm run cluster -- --stack examples/shop up makes one'],
  ['npm run up -- --stack examples/shop', 'npm run up -- --stack examples/shop'],
  ['npm run check', 'npm run check'],
  [
    'npm run secrets — or: npm run up -- --stack b',
    'npm run secrets -- --stack examples/shop — or: npm run up -- --stack b',
  ],
  ['put A=b into .env.local', 'put A=b into examples/shop/.env.local'],
  ['put A=b into examples/shop/.env.local', 'put A=b into examples/shop/.env.local'],
] as const)
  test(`for another one: ${sentence}`, () => {
    propose('/top/examples/shop')
    assert.is(toTypeHere(sentence), expected)
    assert.is(toTypeHere(toTypeHere(sentence)), expected, 'and once is enough')
    assert.is(new Refusal('x', sentence).cure, expected)
  })

test.run()
