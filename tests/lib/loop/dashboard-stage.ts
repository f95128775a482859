import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redactor } from '../../../lib/diagnosis/redact.ts'
import { dashboardAddress } from '../../../lib/loop/dashboard/address.ts'
import type { PageAction } from '../../../lib/loop/dashboard/messages.ts'
import { openDashboard } from '../../../lib/loop/dashboard/open.ts'
import type { Span } from '../../../lib/loop/record/kinds.ts'
import { beginRun } from '../../../lib/loop/record/runs.ts'
import { openSession } from '../../../lib/loop/session/session.ts'

const GRAPH = [
  { name: 'store', kind: 'store', calls: [] },
  { name: 'tools', kind: 'program', calls: ['store'] },
  {
    name: 'api',
    kind: 'program',
    calls: ['tools', 'store'],
    documentation: 'http://localhost:1/openapi.json',
  },
  { name: 'page', kind: 'page', calls: ['api', 'store'] },
] as const

export const TRACE = '0af7651916cd43dd8448eb211c80319c'
export const SECRET = 'correct-horse-battery'

/** A loop that nothing runs in: what it is told, its dashboard shows. */
export async function openStage() {
  const state = mkdtempSync(join(tmpdir(), 'dashboard-'))
  const ending = new AbortController()
  const earlier = beginRun(state, new Date('2026-01-02T03:04:05Z'))
  earlier.add({ spans: [saveBefore()], lines: [line('of an earlier run')] })
  earlier.close()
  const address = await dashboardAddress(state)
  const links = { page: 'http://localhost:1/' }
  const place = { stack: 'shop', where: 'this machine', sources: 'mounted', links, logs: '' } as const
  const members = GRAPH.map(({ name }) => ({ name, directory: `apps/${name}` }))
  const session = openSession(members, place, redactor([SECRET]))
  const restarted: string[] = []
  const act = async (action: PageAction) => {
    if ('restart' in action) restarted.push(action.restart)
    else session.tell({ kind: 'pause', services: action.pause ? ['api'] : undefined, at: Date.now() })
  }
  openDashboard(session, { ...address, state }, { graph: () => GRAPH, act }, ending.signal)
  while (!(await fetch(`http://127.0.0.1:${address.port}/icon.svg`).catch(() => undefined)))
    await new Promise((resolve) => setTimeout(resolve, 20))
  return {
    session,
    restarted,
    url: address.url,
    port: address.port,
    // The folder goes with the run: the thread that keeps what happened still writes.
    close: () => ending.abort(),
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Something of everything: saves, a failure, requests, metrics, a finding. */
export function play({ session: { tell } }: Stage, now: number): void {
  tell({ kind: 'round', status: 'running', at: now - 9000 })
  for (const { name } of GRAPH) tell({ kind: 'pod', service: name, pod: `${name}-1`, ready: true })
  tell({ kind: 'round', status: 'succeeded', at: now - 5000 })
  for (let index = 0; index < 24; index += 1) {
    const [service = 'api', path] =
      index % 3 === 0 ? ['page', 'apps/page/src/list.tsx'] : ['api', 'apps/api/main.py']
    const at = now - 4000 + index * 120
    tell({ kind: 'saved', services: [service], path, at })
    const took = 60 + ((index * 37) % 90)
    const news = { level: 'info', text: 'Reloaded', below: [], news: 'live', took } as const
    tell({ kind: 'log', service, at: at + took + 25, line: news })
  }
  tell({ kind: 'saved', services: ['tools'], path: 'apps/tools/search.py', at: now - 900 })
  const why = 'SyntaxError: invalid syntax (search.py:17)'
  const broken = {
    level: 'error',
    text: why,
    below: ['Traceback', '  return ['],
    news: 'broken',
    took: 30,
  } as const
  tell({ kind: 'log', service: 'tools', at: now - 820, line: broken })
  for (const data of [spans(now), metrics(now)]) tell({ kind: 'telemetry', service: 'api', data, at: now })
  const about = { traceId: TRACE, requestId: 'r-4711', below: [] }
  const said = (text: string, level: 'info' | 'warning', more: object) =>
    tell({ kind: 'log', service: 'api', at: now, line: { level, text, time: now - 480, ...about, ...more } })
  said('POST /api/tasks 201 612 ms', 'info', { spanId: 'a'.repeat(16) })
  said('The statement took long', 'warning', { spanId: 'd'.repeat(16) })
  const finding = { cause: 'no-endpoints', where: 'service/tools', message: 'Nothing answers behind it.' }
  tell({ kind: 'findings', findings: [{ ...finding, cure: 'npm run loop -- restart tools', evidence: [] }] })
}

function spans(now: number) {
  const span = (id: string, parent: string, name: string, from: number, took: number, more: object = {}) => ({
    ...{ traceId: TRACE, spanId: id.repeat(16), parentSpanId: parent.repeat(16), name, kind: 2 },
    startTimeUnixNano: `${now - 500 + from}000000`,
    endTimeUnixNano: `${now - 500 + from + took}000000`,
    ...more,
  })
  const slow = { attributes: [{ key: 'db.query.text', value: { stringValue: 'INSERT INTO tasks …' } }] }
  const of = (service: string, own: readonly object[]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans: own }],
  })
  const quick = Array.from({ length: 30 }, (_, index) => ({
    ...span('e', '', `GET /api/tasks?page=${index}`, -index * 40, 4 + ((index * 13) % 40)),
    traceId: (index + 1).toString(16).padStart(32, '0'),
    ...(index === 7 ? { status: { code: 2 } } : {}),
  }))
  return {
    resourceSpans: [
      of('page', [span('f', '', 'POST /api/tasks', 0, 640)]),
      of('api', [
        span('a', 'f', 'POST /api/tasks', 12, 612),
        span('b', 'a', 'check the token', 14, 9),
        ...quick,
      ]),
      of('tools', [span('c', 'a', 'add a task', 40, 560)]),
      of('store', [span('d', 'c', 'INSERT tasks', 55, 520, slow)]),
    ],
  }
}

function metrics(now: number) {
  const points = (value: (step: number) => number) =>
    Array.from({ length: 20 }, (_, step) => ({
      timeUnixNano: `${now - (20 - step) * 1000}000000`,
      asDouble: value(step),
    }))
  const gauge = (name: string, value: (step: number) => number) => ({
    name,
    gauge: { dataPoints: points(value) },
  })
  const requests = { name: 'requests', sum: { isMonotonic: true, dataPoints: points((step) => step * step) } }
  return {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [gauge('pool.connections', (step) => 3 + (step % 4)), requests] }] },
    ],
  }
}

function line(text: string) {
  return { at: 1, service: 'api', level: 'info', text } as const
}

function saveBefore(): Span {
  return {
    ...{
      traceId: 'c'.repeat(32),
      spanId: 'c'.repeat(16),
      service: 'loop',
      name: 'save',
      at: 1,
      milliseconds: 150,
    },
    ...{ failed: false, attributes: { service: 'api', file: 'apps/api/main.py' } },
  }
}
