import { suite } from 'uvu'

/** Tests that do not come to anything. */
const test = suite('what needs a stack')
test.before(() => {
  throw new Error('The stack did not come up.')
})
test('runs', () => undefined)
test.run()
