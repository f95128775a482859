import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { variablesOf } from '../../../../lib/runtimes/python/pip.ts'

const test = suite("pip's configuration files")

test('say the same as its variables', () => {
  const listed = `:env:.cert='/env.pem'
global.extra-index-url='\\nhttps://a/simple\\nhttps://b/simple'
global.index-url='https://global/simple'
install.index-url='https://install/simple'
global.proxy="http://it's:1"
list.format='columns'
`
  assert.equal(variablesOf(listed), {
    PIP_EXTRA_INDEX_URL: 'https://a/simple https://b/simple',
    PIP_INDEX_URL: 'https://install/simple',
    PIP_PROXY: "http://it's:1",
  })
})

test('say nothing where there are none', () => assert.equal(variablesOf(''), {}))

test.run()
