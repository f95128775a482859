import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { percentile, summary } from '../../../scripts/bench/statistics.ts'

test('the percentiles of one sample are that sample', () => {
  assert.equal(summary([7]), { count: 1, p50: 7, p95: 7, p99: 7, min: 7, max: 7 })
})

test('the order of the samples does not matter, and they stay as they are', () => {
  const samples = [30, 10, 20]
  assert.is(summary(samples)?.p50, 20)
  assert.equal(samples, [30, 10, 20])
})

test('numbers are ordered as numbers', () => {
  assert.is(summary([100, 9, 20])?.max, 100)
})

test('the median of an even number of samples is the mean of the two in the middle', () => {
  assert.is(percentile([1, 2, 4, 8], 50), 3)
})

test('of 1 to 101, the percentiles lie on samples; of 1 to 20, between them', () => {
  const numbers = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
  assert.equal(
    [0, 50, 95, 99, 100].map((p) => percentile(numbers(101), p)),
    [1, 51, 96, 100, 101],
  )
  assert.is(percentile(numbers(20), 95).toFixed(2), '19.05')
})

test('no samples have no summary', () => {
  assert.is(summary([]), undefined)
})

test.run()
