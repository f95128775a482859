import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { telemetryIn } from '../../../lib/runtimes/telemetry-line.ts'

const test = suite('telemetry in a log')

test('is told from what people read', () => {
  const spans = { resourceSpans: [{ scopeSpans: [] }] }
  const metrics = { resourceMetrics: [] }
  assert.equal(telemetryIn(JSON.stringify(spans)), spans)
  assert.equal(telemetryIn(JSON.stringify(metrics)), metrics)
  for (const line of ['', 'Ready', '{"time":"","message":"resourceSpans"}', '{"resourceSpans":[{"half'])
    assert.is(telemetryIn(line), undefined)
})

test.run()
