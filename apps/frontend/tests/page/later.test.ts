import { onlineManager } from '@tanstack/react-query'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { later, loadParts } from '../../src/client/later.ts'

test.after.each(() => onlineManager.setOnline(true))

/** A part of which there is none as long as it is `away`. */
function part() {
  const seen = { asked: 0, loaded: false, away: false }
  later(async () => {
    seen.asked += 1
    if (seen.away) throw Object.assign(new Error('Failed to load chunk'), { name: 'ChunkLoadError' })
    seen.loaded = true
  })
  return seen
}

test('nothing is loaded ahead without a network, and all of it once there is one', async () => {
  const [one, other] = [part(), part()]
  onlineManager.setOnline(false)
  await loadParts()
  assert.equal([one.asked, other.asked], [0, 0])
  onlineManager.setOnline(true)
  await loadParts()
  assert.ok(one.loaded && other.loaded)
})

test('a network that goes in the middle ends it, and what was not had is asked for again', async () => {
  const [lost, next] = [part(), part()]
  lost.away = true
  later(async () => onlineManager.setOnline(false))
  const after = part()
  await loadParts()
  assert.ok(next.loaded)
  assert.is(after.asked, 0)
  lost.away = false
  onlineManager.setOnline(true)
  await loadParts()
  assert.ok(lost.loaded)
})

test.run()
