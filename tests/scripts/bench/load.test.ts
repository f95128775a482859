import assert from 'node:assert/strict'
import { test } from 'uvu'
import { load } from '../../../scripts/bench/load.ts'

const running = new AbortController().signal

test('sends as many requests as the rate asks for, each with its number, and counts those that fail', async () => {
  const numbers: number[] = []
  const answer = async (n: number) => {
    numbers.push(n)
    if (n % 5 === 0) throw new Error('refused')
  }
  const { samples, failed } = await load(answer, 100, 0.2, running)
  assert.deepEqual(
    numbers,
    Array.from({ length: 20 }, (_, n) => n),
  )
  assert.deepEqual([samples.length, failed], [16, 4])
})

test('does not wait for an answer before it sends the next request', async () => {
  const waiting: (() => void)[] = []
  const answer = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
      // The last one lets all go: with one at a time, there would be no last one.
      if (waiting.length === 10) for (const go of waiting) go()
    })
  const { samples } = await load(answer, 100, 0.1, running)
  assert.equal(samples.length, 10)
  assert.ok((samples[0] ?? 0) > (samples[9] ?? 0), 'the first has waited longest')
})

test('counts what a request has waited until it was sent', async () => {
  const busy = new Int32Array(new SharedArrayBuffer(4))
  // This process does nothing else while the others come to be due.
  const answer = async (n: number) => {
    if (n === 0) Atomics.wait(busy, 0, 0, 500)
  }
  const { samples } = await load(answer, 100, 0.1, running)
  assert.ok((samples[1] ?? 0) > 300, `${samples[1]}`)
})

test('ends at once when interrupted', async () => {
  const controller = new AbortController()
  const answer = async () => controller.abort(new Error('Interrupted.'))
  await assert.rejects(load(answer, 100, 3600, controller.signal), /Interrupted/)
})

test.run()
