import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type BenchRun, lastFigure, lastOf, runsBefore, save } from '../../../scripts/bench/history.ts'

const test = suite('the history')
const state = mkdtempSync(join(tmpdir(), 'bench-'))
process.env.XDG_STATE_HOME = state
test.after(() => rmSync(state, { recursive: true }))

const machine = { system: 'Linux', cpus: 2, cpu: 'one', memoryMiB: 1, load: 0, commit: 'abc', versions: {} }
const at = (time: string, p50: number): BenchRun => ({
  time,
  machine,
  loop: [{ subject: 'host', service: 'backend', served: [p50], looks: [1], load: 0 }],
  figures: [{ what: 'start', samples: [p50] }],
})
const [first, second, third] = ['10:00:00.000', '10:00:00.001', '11:00:00.000'].map(
  (time) => `2026-01-02T${time}Z`,
) as [string, string, string]

test('has the runs before a time, newest first, each as it was saved', () => {
  for (const run of [at(second, 2), at(first, 1), at(third, 3)]) save(run)
  assert.equal(runsBefore(third), [at(second, 2), at(first, 1)])
  assert.equal(runsBefore(first), [])
})

test('has one run once, however often it is saved', () => {
  save(at(third, 4))
  const file = save(at(third, 5))
  assert.equal(JSON.parse(readFileSync(file, 'utf8')), at(third, 5))
  assert.equal(runsBefore('2027').length, 3)
})

test('tells what the newest run said of a subject or figure', () => {
  const runs = runsBefore(third)
  assert.equal(lastOf(runs, { subject: 'host', service: 'backend' })?.served, [2])
  assert.is(lastOf(runs, { subject: 'tilt', service: 'backend' }), undefined)
  assert.equal(lastFigure(runs, 'start')?.samples, [2])
})

test('passes over a file that is no run', () => {
  writeFileSync(join(dirname(save(at(third, 5))), '2026-01-03.json'), '{"time":')
  assert.equal(runsBefore('2027').length, 3)
})

test.run()
