import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { followSmoke } from '../../../lib/loop/smoke.ts'
import { eventLog } from '../../../lib/shell/event-log.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('smoke tests beside a loop')

test('are told as they end, those before the loop are not', async () => {
  const state = mkdtempSync(join(tmpdir(), 'smoke-'))
  const over = new AbortController()
  const told: LoopEvent[] = []
  const log = eventLog(state, 'smoke')
  try {
    log('failed', { reason: 'of another day' })
    followSmoke(state, (event) => told.push(event), over.signal)
    log('passed', { step: 'sign in' })
    log('failed', { reason: 'a step' })
    await eventually('the failure', 60, async () => told.length === 1)
    eventLog(state, 'gate')('passed')
    log('arrived')
    await eventually('the success', 60, async () => told.length === 2)
    assert.equal(told, [
      { kind: 'smoke', passed: false },
      { kind: 'smoke', passed: true },
    ])
  } finally {
    over.abort()
    rmSync(state, { recursive: true })
  }
})

test.run()
