import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asTyped } from '../../../lib/shell/typed-path.ts'

const test = suite('a path on the command line')
const before = process.env.INIT_CWD
test.after(() => {
  if (before === undefined) delete process.env.INIT_CWD
  else process.env.INIT_CWD = before
})

test('is relative to where the person stands, under npm run too', () => {
  process.env.INIT_CWD = '/somewhere/below'
  assert.is(asTyped('out'), '/somewhere/below/out')
  assert.is(asTyped('../out'), '/somewhere/out')
  assert.is(asTyped('/out'), '/out')
  delete process.env.INIT_CWD
  assert.is(asTyped('out'), `${process.cwd()}/out`)
})

test.run()
