import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requireFolders } from '../../../lib/host/folders.ts'

const test = suite('the folders of programs')
const here = { name: 'api', directory: 'tests/lib' }

test('one that is not there is refused by its name', () => {
  requireFolders([here])
  assert.throws(
    () => requireFolders([here, { name: 'web', directory: 'tests/nowhere' }]),
    'The folder of web is not there: tests/nowhere.',
  )
})

test.run()
