import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { followNetwork } from '../../src/client/network.ts'

const real = {
  fetch: globalThis.fetch,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
}
let browser: EventTarget
let answers: boolean
let look: (() => Promise<void>) | undefined
let told: boolean[]
let end: () => void

test.before.each(() => {
  browser = new EventTarget()
  answers = true
  told = []
  const navigator = { onLine: true }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
  Object.assign(globalThis, {
    window: browser,
    fetch: async () => {
      if (!answers) throw new TypeError('Failed to fetch')
      return Response.json({})
    },
    setInterval: (run: () => Promise<void>) => {
      look = run
      return 1
    },
    clearInterval: () => {
      look = undefined
    },
  })
  end = followNetwork((online) => told.push(online))
})

test.after.each(() => {
  end()
  Object.assign(globalThis, real)
  Reflect.deleteProperty(globalThis, 'window')
})

async function says(event: 'online' | 'offline'): Promise<void> {
  browser.dispatchEvent(new Event(event))
  await turn()
}

test('a network is gone when the browser says so, and there again when the server answers', async () => {
  await says('offline')
  assert.equal(told, [false])
  await says('online')
  assert.equal(told, [false, true])
  assert.is(look, undefined)
})

test('a browser that is online before anybody answers is believed later', async () => {
  await says('offline')
  answers = false
  await says('online')
  await look?.()
  assert.equal(told, [false])
  answers = true
  await look?.()
  assert.equal(told, [false, true])
})

test('an answer that comes when the network is gone again says nothing', async () => {
  browser.dispatchEvent(new Event('online'))
  await says('offline')
  assert.equal(told, [false])
})

test.run()
