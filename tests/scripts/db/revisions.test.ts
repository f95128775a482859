import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { databaseOf } from '../../../k8s/services.ts'
import { requireKnownRevision } from '../../../scripts/db/revisions.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const { backup: RULE } = databaseOf(MAIN)
const test = suite('the revision of a backup')

test('one that this checkout has a migration to is let through', () => {
  assert.not.throws(() => requireKnownRevision({ revision: '0001' }, RULE))
})

test('a later one is refused', () => {
  assert.throws(
    () => requireKnownRevision({ revision: '9999' }, RULE),
    /revision 9999, which this checkout does not know/,
  )
})

test.run()
