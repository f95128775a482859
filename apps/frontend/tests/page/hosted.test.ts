import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { host, watchHosted, whatIsHosted } from '../../src/design/hosted.ts'

test('what stands in for toasts goes when its time is over, and takes none with it that came meanwhile', () => {
  let changes = 0
  const end = watchHosted(() => (changes += 1))
  const takeAway = host('No toasts.')
  takeAway()
  assert.is(whatIsHosted(), null)
  const takeAwayLater = host('No toasts.')
  host('A toast')
  takeAwayLater()
  assert.is(whatIsHosted(), 'A toast')
  assert.is(changes, 4)
  end()
})

test.run()
