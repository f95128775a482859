import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requireKnownRevision } from '../../../scripts/db/revisions.ts'

const test = suite('the revision of a backup')

test('one that this checkout has a migration to is let through', () => {
  assert.not.throws(() => requireKnownRevision({ revision: '0001' }))
})

test('a later one is refused', () => {
  assert.throws(
    () => requireKnownRevision({ revision: '9999' }),
    /revision 9999, which this checkout does not know/,
  )
})

test.run()
