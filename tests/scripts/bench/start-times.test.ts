import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readyAfter } from '../../../scripts/bench/start-times.ts'

const pod = (created: string, ready: string) => ({
  metadata: { creationTimestamp: `2026-01-01T10:00:${created}Z` },
  status: {
    conditions: [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T11:00:00Z' },
      { type: 'Ready', status: 'True', lastTransitionTime: `2026-01-01T10:00:${ready}Z` },
    ],
  },
})

test('pods are ready from the first that was made to the last that is Ready', () => {
  assert.is(
    readyAfter(JSON.stringify({ items: [pod('05', '12'), pod('03', '09'), pod('04', '21')] })),
    18_000,
  )
})

test.run()
