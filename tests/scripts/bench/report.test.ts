import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BenchRun, LoopResult, MoveResult } from '../../../scripts/bench/history.ts'
import { figureTable, loopTable, moveTable } from '../../../scripts/bench/report.ts'

const machine = { system: 'Linux', cpus: 2, cpu: 'one', memoryMiB: 1, load: 0, commit: 'abc', versions: {} }
const run = (loop: readonly LoopResult[], figures: BenchRun['figures'] = []): BenchRun => ({
  time: '2026-01-01T00:00:00.000Z',
  machine,
  loop,
  figures,
})
const plain: LoopResult = {
  subject: 'host plain',
  service: 'mcp',
  served: [100, 120, 110],
  looks: [2],
  load: 1,
}
const mounted: LoopResult = {
  subject: 'mounted',
  service: 'mcp',
  served: [90, 80, 130],
  looks: [12.5, 13],
  load: 2.34,
}

test('a loop table compares with the plain reloaders of the same run and with the last run', () => {
  const before = [run([{ ...plain, subject: 'stock' }]), run([{ ...mounted, served: [400] }])]
  assert.equal(loopTable([mounted, plain], before), [
    'save → served, ms',
    'service  subject     edits  p50  p95  min  max  over plain p50  p95  a look  load  was p50  p95',
    '───────  ──────────  ─────  ───  ───  ───  ───  ──────────────  ───  ──────  ────  ───────  ───',
    'mcp      host plain      3  110  119  100  120                          2.0   1.0',
    'mcp      mounted         3   90  126   80  130             -20  7.0      13   2.3      400  400',
  ])
})

test('without the plain reloaders, nothing is said of the overhead', () => {
  const [, , , row = ''] = loopTable([mounted], [])
  assert.equal(row.split(/ +/), ['mcp', 'mounted', '3', '90', '126', '80', '130', '13', '2.3'])
})

test('the newest run that measured the same thing is the one compared with', () => {
  const before = [run([]), run([{ ...mounted, served: [1] }]), run([{ ...mounted, served: [2] }])]
  assert.match(loopTable([mounted], before).at(-1) ?? '', / 1\.0 +1\.0$/)
})

test('no results are no table', () => {
  assert.equal(loopTable([], [run([mounted])]), [])
  assert.equal(figureTable([], []), [])
})

test('a figure of one sample has no percentiles', () => {
  const before = [run([], [{ what: 'start', samples: [2000] }])]
  assert.equal(
    figureTable(
      [
        { what: 'start', samples: [1000] },
        { what: 'list', samples: [5, 7] },
      ],
      before,
    ),
    [
      'figure  samples   p50  p95  p99  max  was p50  p95',
      '──────  ───────  ────  ───  ───  ───  ───────  ───',
      'start         1  1000                    2000',
      'list          2   6.0  6.9  7.0  7.0',
    ],
  )
})

test('a move table has each loop beside the others of its run, and what the last run saw', () => {
  const made = (subject: MoveResult['subject'], there: number[]): MoveResult => ({
    subject,
    move: 'settings',
    there,
    back: there.map((milliseconds) => milliseconds / 2),
    load: 1.5,
  })
  const before = [{ ...run([]), moves: [made('loop', [4000])] }, run([])]
  assert.equal(moveTable([made('loop', [3000, 2000, 2500]), made('stock', [10_000])], before), [
    'moves, ms',
    'move      loop   times  there p50    p95  back p50   p95  of loop  of stock  load  was there  back',
    '────────  ─────  ─────  ─────────  ─────  ────────  ────  ───────  ────────  ────  ─────────  ────',
    'settings  loop       3       2500   2950      1250  1475               0.25   1.5       4000  2000',
    'settings  stock      1      10000  10000      5000  5000     4.00             1.5',
  ])
  assert.equal(moveTable([], before), [])
})

test.run()
