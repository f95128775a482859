import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { toTelemetry, toTimeline } from '../../../lib/loop/record/export.ts'
import { lastLines, lineIds, linesOf } from '../../../lib/loop/record/find-lines.ts'
import { pastFindings, points, spans, trace, traces } from '../../../lib/loop/record/find-traces.ts'
import { gather } from '../../../lib/loop/record/gather.ts'
import type { KeptLine, Span } from '../../../lib/loop/record/kinds.ts'
import { followMoves } from '../../../lib/loop/record/moves.ts'
import { readTelemetry } from '../../../lib/loop/record/otlp.ts'
import { linesOverRuns, newestRun, tracesOverRuns } from '../../../lib/loop/record/over-runs.ts'
import { runReport } from '../../../lib/loop/record/report.ts'
import { MOST, openRunFile, type RunFile } from '../../../lib/loop/record/run-file.ts'
import { beginRun, runNames } from '../../../lib/loop/record/runs.ts'
import { initialState, reduce } from '../../../lib/loop/state.ts'
import { MEMBERS } from './members.ts'

const test = suite('what is kept of a loop')

let state: string
let run: RunFile

test.before.each(() => {
  state = mkdtempSync(join(tmpdir(), 'record-'))
  run = beginRun(state, new Date(0))
})
test.after.each(() => {
  run.close()
  rmSync(state, { recursive: true, force: true })
})

const TRACE = 'ab'.repeat(16)
const line = (text: string, more: Partial<KeptLine> = {}): KeptLine => ({
  ...{ at: 1, service: 'api', level: 'info', text },
  ...more,
})
const span = (name: string, more: Partial<Span> = {}): Span => ({
  ...{ traceId: TRACE, spanId: name.padEnd(16, '0'), service: 'api', name, at: 10, milliseconds: 5 },
  ...{ failed: false, attributes: {} },
  ...more,
})
const texts = (lines: readonly KeptLine[]) => lines.map(({ text }) => text)

test('lines are found by each of their marks, in the order in which they came', () => {
  const odd = line('100 % of_it\\', { level: 'error', below: ['Traceback', 'KeyError: Apfel'] })
  const lines = [line('one', { requestId: 'r-12' }), odd, line('two', { service: 'page', traceId: TRACE })]
  run.add({ lines })
  const found = (wanted: Parameters<typeof lastLines>[1]) => texts(lastLines(run.database, wanted, 10))
  assert.equal(lastLines(run.database, {}, 10), lines)
  assert.equal(found({ service: 'page' }), ['two'])
  assert.equal(found({ level: 'warning' }), [odd.text])
  assert.equal(found({ request: 'r-1' }), ['one'])
  assert.equal(found({ trace: TRACE }), ['two'])
  assert.equal(found({ contains: 'APFEL' }), [odd.text])
  assert.equal(found({ contains: '0 % of_it\\' }), [odd.text])
  assert.equal(found({ contains: '0%' }), [])
  assert.equal(found({ grep: '^t.o$' }), ['two'])
  assert.equal(found({ grep: 'key.*apf' }), [odd.text])
  assert.equal(texts(lastLines(run.database, {}, 1)), ['two'])
  assert.equal(texts(linesOf(run.database, lineIds(run.database, {}, 1).slice(0, 1))), [odd.text])
})

test('a run has an end, of lines and of one line', () => {
  const many = Array.from({ length: MOST.lines }, (_, index) => line(`line ${index}`))
  run.add({ lines: many })
  assert.is(lineIds(run.database, {}, 0).length, MOST.lines)
  run.add({ lines: [line('x'.repeat(10_000_000))] })
  const ids = lineIds(run.database, {}, 0)
  assert.ok(ids.length < MOST.lines && ids.length > 0.9 * MOST.lines)
  const [last] = lastLines(run.database, {}, 1)
  assert.match(last?.text ?? '', /^x{16384}… \(10000000 characters\)$/)
})

test('a run has an end of bytes, too', () => {
  const file = join(state, 'small.db')
  const bytes = 2 ** 21
  const small = openRunFile(file, bytes)
  for (let part = 0; part < 20; part += 1)
    small.add({
      lines: Array.from({ length: 50 }, (_, index) => line(`${part} ${index} `.padEnd(9000, 'x'))),
    })
  const lines = lastLines(small.database, {}, 1000)
  small.close()
  assert.ok(lines.length > 100 && lines.length < 250, `${lines.length}`)
  assert.match(lines.at(-1)?.text ?? '', /^19 49 /)
  assert.ok(statSync(file).size < 2 * bytes)
})

test('ten runs are kept, and read together', () => {
  run.add({ lines: [line('first')], spans: [span('first', { milliseconds: 90 })] })
  for (let day = 1; day < 12; day += 1) {
    const other = beginRun(state, new Date(day * 86_400_000))
    other.add({ lines: [line(`${day}`)], spans: [span(`${day}`, { at: day, milliseconds: 20 - day })] })
    other.close()
  }
  assert.is(runNames(state).length, 10)
  assert.equal(texts(linesOverRuns(state, {}, 3)), ['9', '10', '11'])
  const names = (slow: boolean) => tracesOverRuns(state, { slow }, 2).map(({ name }) => name)
  assert.equal(names(false), ['10', '11'])
  assert.equal(names(true), ['3', '2'])
  assert.equal(
    newestRun(state)?.spans.map(({ name }) => name),
    ['11'],
  )
})

test('a lock that a killed process has left is taken away', () => {
  const [name] = runNames(state)
  const lock = join(state, 'runs', `${name}.db.lock`)
  mkdirSync(lock)
  utimesSync(lock, 1, 1)
  run.add({ lines: [line('after')] })
  assert.equal(texts(lastLines(run.database, {}, 10)), ['after'])
})

test('what is no run, or broken, is passed over', () => {
  writeFileSync(join(state, 'runs', '2026-01-01T00-00-00.000Z.db'), 'no database at all'.repeat(1000))
  run.add({ lines: [line('whole')] })
  assert.equal(texts(linesOverRuns(state, {}, 10)), ['whole'])
})

test('traces are told by their first span, the slow or the failed among them', () => {
  const other = 'cd'.repeat(16)
  run.add({
    spans: [
      span('select', { at: 12, parentId: 'a', service: 'database', attributes: { sql: 'SELECT 1' } }),
      span('GET /', { at: 10, milliseconds: 30 }),
      span('POST /', { traceId: other, at: 20, milliseconds: 400, failed: true }),
      span('quiet', { traceId: 'fe'.repeat(16), at: 1, attributes: { request_id: 'q-1' } }),
      span('save', { traceId: 'ef'.repeat(16), service: 'loop' }),
    ],
    lines: [line('asked', { traceId: TRACE, requestId: 'r1' })],
  })
  const names = (wanted: Parameters<typeof traces>[1]) =>
    traces(run.database, wanted, 10).map(({ name }) => name)
  assert.equal(names({}), ['POST /', 'GET /', 'quiet'])
  assert.equal(names({ failed: true }), ['POST /'])
  assert.equal(names({ slow: true }), ['POST /', 'GET /', 'quiet'])
  assert.equal(names({ request: 'r' }), ['GET /'])
  assert.equal(names({ request: 'q-' }), ['quiet'])
  assert.equal(names({ contains: 'select 1' }), ['GET /'])
  const [first] = traces(run.database, { service: 'database' }, 10)
  assert.equal([first?.service, first?.spans, first?.milliseconds], ['api', 2, 30])
  assert.equal(
    trace(run.database, TRACE).map(({ name }) => name),
    ['GET /', 'select'],
  )
})

test('a trace has the name of what began first, not of what ended last', () => {
  const root = span('POST /', { at: 10, milliseconds: 2 })
  run.add({ spans: [span('remind', { at: 10, milliseconds: 90, parentId: root.spanId }), root] })
  assert.equal(
    traces(run.database, {}, 10).map(({ name, milliseconds }) => [name, milliseconds]),
    [['POST /', 90]],
  )
})

test('the saves of a run stay, however much its programs trace', () => {
  run.add({ spans: [span('save', { service: 'loop' })] })
  for (let part = 0; part < 3; part += 1)
    run.add({ spans: Array.from({ length: MOST.spans / 2 }, (_, index) => span(`${part} ${index}`)) })
  const kept = spans(run.database, false).length
  assert.ok(kept <= MOST.spans && kept > 0.9 * MOST.spans)
  assert.equal(
    spans(run.database, true).map(({ name }) => name),
    ['save'],
  )
})

test('findings have a beginning and an end', () => {
  const hear = gather()
  const before = initialState(MEMBERS)
  const finding = { cause: 'x', where: 'deployment/backend', message: 'No.', cure: 'mend it', evidence: [] }
  const after = reduce(before, { kind: 'findings', findings: [finding] })
  hear.hear({ kind: 'findings', findings: [finding] }, before, after, 5)
  hear.hear({ kind: 'findings', findings: [] }, after, before, 9)
  run.add(hear.take())
  assert.equal(pastFindings(run.database), [
    { at: 5, gone: 9, cause: 'x', where: 'deployment/backend', message: 'No.', cure: 'mend it' },
  ])
})

test('a save that does not start is wrong until the next one', () => {
  const hear = gather()
  const path = 'apps/backend/main.py'
  const line = { level: 'error', text: 'SyntaxError', below: [], news: 'broken' } as const
  const events: LoopEvent[] = [
    { kind: 'saved', services: ['backend'], path, at: 1 },
    { kind: 'log', service: 'backend', at: 2, line },
    { kind: 'saved', services: ['backend'], path, at: 3 },
  ]
  events.reduce((before, event, index) => {
    const after = reduce(before, event)
    hear.hear(event, before, after, index + 1)
    return after
  }, initialState(MEMBERS))
  run.add(hear.take())
  const about = { cause: 'broken-save', where: 'backend', message: 'SyntaxError' }
  assert.equal(pastFindings(run.database), [
    { ...{ at: 2, gone: 3 }, ...about, cure: 'correct the file and save it' },
  ])
})

const attribute = (key: string, value: object) => ({ key, value })
const SPANS = {
  resourceSpans: [
    {
      resource: { attributes: [attribute('service.name', { stringValue: 'page' })] },
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId: TRACE.toUpperCase(), spanId: '0123456789abcdef', parentSpanId: '', name: 'GET' },
              ...{
                kind: 2,
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000012500000',
              },
              attributes: [
                attribute('http.status', { intValue: '503' }),
                attribute('url.full', { stringValue: 'http://localhost:8000/openapi.json?for=me' }),
                attribute('authorization', { stringValue: 'anything' }),
              ],
              status: { code: 2, message: 'no' },
            },
          ],
        },
      ],
    },
  ],
}

test('what programs export is read as OTLP has it', () => {
  const told = readTelemetry(SPANS, 'api')
  assert.equal(told?.spans, [
    {
      ...{ traceId: TRACE, spanId: '0123456789abcdef', service: 'page' },
      // Its method alone would not tell it from others.
      name: 'GET /openapi.json',
      ...{ at: 1_700_000_000_000, milliseconds: 12.5, failed: true },
      attributes: {
        'http.status': 503,
        'url.full': 'http://localhost:8000/openapi.json?for=me',
        authorization: '•••',
        'span.kind': 'server',
        'status.message': 'no',
      },
    },
  ])
  const number = { timeUnixNano: '1700000000000000000' }
  const metrics = [
    { name: 'pool', unit: '1', gauge: { dataPoints: [{ ...number, asInt: '3' }] } },
    { name: 'requests', sum: { isMonotonic: true, dataPoints: [{ ...number, asDouble: 2 }] } },
    { name: 'time', unit: 's', histogram: { dataPoints: [{ ...number, count: '4', sum: 1.5 }] } },
  ]
  run.add(readTelemetry({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }, 'api') ?? {})
  assert.equal(
    points(run.database).map(({ service, name, kind, value }) => [service, name, kind, value]),
    [
      ['api', 'pool', 'gauge', 3],
      ['api', 'requests', 'sum', 2],
      ['api', 'time.count', 'sum', 4],
      ['api', 'time.sum', 'sum', 1.5],
    ],
  )
  const [good] = SPANS.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
  for (const wrong of [{ traceId: 'no' }, { startTimeUnixNano: 'no' }, { endTimeUnixNano: '1e30' }])
    assert.is(
      readTelemetry({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...good, ...wrong }] }] }] }, 'api'),
      undefined,
    )
})

test('what is exported is read again as it was', () => {
  const spans = readTelemetry(SPANS, 'api')?.spans ?? []
  assert.equal(readTelemetry(toTelemetry(spans), 'api')?.spans, spans)
  const { traceEvents } = toTimeline([span('save', { attributes: { service: 'api' } })]) as {
    traceEvents: object[]
  }
  assert.equal(
    traceEvents.map((event) => ({ ph: '', ts: 0, dur: 0, ...event })).map(({ ph, ts, dur }) => [ph, ts, dur]),
    [
      ['M', 0, 0],
      ['X', 10_000, 5000],
    ],
  )
})

test('a report is one page, in which what programs wrote is text', () => {
  run.add({
    lines: [line('<script>1</script>', { level: 'error' })],
    spans: [span('GET "/"'), span('save', { service: 'loop', attributes: { service: 'api', file: 'a.py' } })],
  })
  const [[name, page] = ['', '']] = runReport(state)
  assert.is(name, 'run.html')
  assert.not.match(page, '<script')
  assert.match(page, '&#60;script&#62;')
  assert.match(page, 'GET &#34;/&#34;')
  assert.match(page, 'a.py')
})

const moved = (...events: readonly (readonly [event: LoopEvent, now: number])[]) => {
  const told: Span[] = []
  const hear = followMoves((spans) => told.push(...spans))
  for (const [event, now] of events) hear(event, now)
  return told.map(({ name, at, milliseconds, failed, attributes }) => [
    ...[name, at, milliseconds, failed, attributes.why ?? ''],
  ])
}
const saved = (path: string, at: number) => ({ kind: 'saved', services: ['api'], path, at }) as const
const news = (news: 'live' | 'broken', at: number, took: number) =>
  ({ kind: 'log', service: 'api', at, line: { level: 'info', text: 'why', below: [], news, took } }) as const

test('a save is followed from the disk to what is served', () => {
  assert.equal(moved([saved('a.py', 100), 104], [news('live', 180, 60), 181]), [
    ['save', 100, 80, false, ''],
    ['seen', 100, 4, false, ''],
    ['reload', 120, 60, false, ''],
  ])
  assert.equal(moved([saved('a.py', 100), 104], [news('broken', 180, 60), 181])[0], [
    'save',
    100,
    80,
    true,
    'why',
  ])
  assert.equal(moved([news('live', 180, 60), 181]), [])
})

test('a deployment is followed with its parts', () => {
  const round = (status: 'running' | 'succeeded', at: number) => [{ kind: 'round', status, at }, at] as const
  const build = (status: 'running' | 'failed', now: number) =>
    [{ kind: 'build', image: 'x-api', status, ...(status === 'failed' ? { error: 'no' } : {}) }, now] as const
  assert.equal(moved(round('running', 1), build('running', 2), build('failed', 7), round('succeeded', 9)), [
    ['build x-api', 2, 5, true, 'no'],
    ['deployment', 1, 8, false, ''],
  ])
})

test.run()
