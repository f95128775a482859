import type { IncomingMessage, ServerResponse } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openApi } from '../../../lib/cluster/api.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { followPods } from '../../../lib/loop/pods.ts'
import { eventually } from '../../cluster/deadline.ts'
import { apiServer } from '../cluster/api-server.ts'

const test = suite('pods')
let server: Awaited<ReturnType<typeof apiServer>>
let over: AbortController
/** What the server lists at each look, then tells of in a watch, which it ends where there is another look to come. */
let looks: { readonly list: readonly object[]; readonly changes?: readonly (readonly [string, object])[] }[]
/** The streams of logs, in the order in which they are asked for; the name of the container where there is none. */
let streams: { readonly lines: readonly string[]; readonly ends?: 'well' | 'badly' }[]
let asked: URL[]

test.before.each(async () => {
  over = new AbortController()
  looks = []
  streams = []
  asked = []
  server = await apiServer(answer)
})
test.after.each(() => {
  over.abort()
  server.close()
})

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const at = new URL(url, 'http://localhost')
  asked.push(at)
  if (at.pathname.endsWith('/log')) {
    log(at, response)
    return
  }
  if (!at.searchParams.has('watch')) {
    const body = { metadata: { resourceVersion: '7' }, items: looks[0]?.list ?? [] }
    return void response.end(JSON.stringify(body))
  }
  const { changes = [] } = looks[0] ?? {}
  const lines = changes.map(([type, object]) => `${JSON.stringify({ type, object })}\n`)
  response.flushHeaders()
  for (const line of lines) response.write(line)
  if (looks.length === 1) return
  looks.shift()
  response.end()
}

function log({ pathname, searchParams }: URL, response: ServerResponse): void {
  const own = `from ${pathname.split('/').at(-2)} ${searchParams.get('container')}`
  const { lines, ends } = streams.length > 0 ? (streams.shift() ?? { lines: [] }) : { lines: [own] }
  response.write(lines.map((line) => `${line}\n`).join(''), () => {
    if (ends === 'well') response.end()
    if (ends === 'badly') response.destroy()
  })
}

interface Shape {
  readonly ready?: boolean
  readonly ending?: boolean
  /** By id, like `1=migrate`, or `1=migrate=ended`. */
  readonly containers?: readonly string[]
  readonly waiting?: Readonly<Record<string, string>>
}

function pod(name: string, { ready, ending, containers = [], waiting = {} }: Shape): object {
  const service = name.replace(/-\d+$/, '')
  return {
    metadata: {
      name,
      labels: { 'app.kubernetes.io/name': service },
      ...(ending ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    status: {
      ...(ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }),
      containerStatuses: [
        ...containers.map((text) => {
          const [id, name, ended] = text.split('=')
          return { containerID: id, name, state: ended ? { terminated: {} } : { running: {} } }
        }),
        ...Object.entries(waiting).map(([image, reason]) => ({ image, state: { waiting: { reason } } })),
      ],
    },
  }
}

/** Follows the pods until everything there is to hear was heard. */
async function hear(what: string, isAll: (events: readonly LoopEvent[]) => boolean): Promise<LoopEvent[]> {
  const events: LoopEvent[] = []
  const api = openApi('minikube', over.signal)
  const reach = { api, namespace: 'todo', selector: 'a=b', services: {} }
  const following = followPods(reach, (event) => events.push(event), over.signal)
  try {
    await eventually(what, 60, async () => isAll(events))
    return events
  } finally {
    over.abort()
    await following
  }
}

const texts = (events: readonly LoopEvent[]) =>
  events.flatMap((event) => (event.kind === 'log' ? [event.line.text] : []))
const pods = (events: readonly LoopEvent[]) => events.filter(({ kind }) => kind !== 'log')

test('are told as they come, are ready and go, with the lines of each container', async () => {
  looks = [
    {
      list: [pod('backend-1', { ready: false, containers: ['1=migrate'] }), pod('mcp-1', {})],
      changes: [
        ['MODIFIED', pod('backend-1', { ready: true, containers: ['1=migrate', '2=backend'] })],
        ['MODIFIED', pod('backend-1', { ready: true, containers: ['1=migrate', '2=backend'] })],
        ['MODIFIED', pod('mcp-1', { ready: true, ending: true, containers: ['3=mcp'] })],
        ['ADDED', pod('postgres-0', { ready: true })],
        ['ADDED', { metadata: { name: 'of nobody' }, status: {} }],
      ],
    },
    { list: [pod('backend-1', { ready: true, containers: ['1=migrate', '4=backend'] })] },
  ]
  const events = await hear('the lines of four containers, and the second look', (events) => {
    return texts(events).length === 4 && pods(events).length === 9
  })
  assert.equal(texts(events).sort(), [
    'from backend-1 backend',
    'from backend-1 backend',
    'from backend-1 migrate',
    'from mcp-1 mcp',
  ])
  assert.equal(pods(events), [
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: false },
    { kind: 'pod', service: 'mcp', pod: 'mcp-1', ready: false },
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
    { kind: 'pod gone', service: 'mcp', pod: 'mcp-1', ending: true },
    { kind: 'pod', service: 'postgres', pod: 'postgres-0', ready: true },
    // The watch ended, and began anew.
    { kind: 'pod gone', service: 'postgres', pod: 'postgres-0' },
    { kind: 'pod ended', service: 'mcp', pod: 'mcp-1' },
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
  ])
  for (const { pathname } of asked) assert.match(pathname, /^\/api\/v1\/namespaces\/todo\/pods/)
  for (const { pathname, searchParams } of asked)
    if (pathname.endsWith('/pods')) assert.is(searchParams.get('labelSelector'), 'a=b')
  assert.is(server.proxies().length, 1)
})

test('are gone when they are listed no more', async () => {
  looks = [{ list: [pod('backend-1', { ready: true })] }, { list: [] }]
  assert.equal(await hear('the pod being gone', (events) => events.length > 1), [
    { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
    { kind: 'pod gone', service: 'backend', pod: 'backend-1' },
  ])
})

test('that are told to end have ended when their last container has', async () => {
  const ending = (...containers: string[]) => pod('mcp-1', { ready: true, ending: true, containers })
  looks = [
    {
      list: [pod('mcp-1', { ready: true, containers: ['3=mcp'] })],
      changes: [
        ['MODIFIED', ending('3=mcp')],
        ['MODIFIED', ending('3=mcp')],
        ['MODIFIED', ending('3=mcp=ended')],
        ['DELETED', ending('3=mcp=ended')],
      ],
    },
    { list: [pod('mcp-2', {})] },
  ]
  const events = await hear('the pod after it', (events) => pods(events).length >= 4)
  assert.equal(pods(events), [
    { kind: 'pod', service: 'mcp', pod: 'mcp-1', ready: true },
    { kind: 'pod gone', service: 'mcp', pod: 'mcp-1', ending: true },
    { kind: 'pod ended', service: 'mcp', pod: 'mcp-1' },
    { kind: 'pod', service: 'mcp', pod: 'mcp-2', ready: false },
  ])
})

test('are listed anew where the watch is too old to go on', async () => {
  const gone = { kind: 'Status', code: 410 }
  looks = [{ list: [], changes: [['ERROR', gone]] }, { list: [pod('backend-1', { ready: true })] }]
  const events = await hear('the pod', (events) => events.length > 0)
  assert.equal(events, [{ kind: 'pod', service: 'backend', pod: 'backend-1', ready: true }])
})

test('tell of an image that they wait for', async () => {
  const waiting = { 'todo-mcp:1': 'ContainerCreating', 'registry:5000/todo-mcp:2': 'ErrImagePull' }
  looks = [{ list: [pod('mcp-1', { ready: false, waiting })] }]
  const events = await hear('the image', (events) => events.length > 1)
  assert.equal(events.slice(1), [{ kind: 'image missing', image: 'registry:5000/todo-mcp:2' }])
})

const at = (second: number) => `2026-11-29T08:32:${second}.123456789Z`

for (const ends of ['well', 'badly'] as const)
  test(`have their logs read on where a stream ends ${ends}, each line once`, async () => {
    looks = [{ list: [pod('backend-1', { ready: true, containers: ['2=backend'] })] }]
    streams = [
      { lines: [`${at(10)} one`, `${at(11)} two`], ends },
      { lines: [`${at(11)} two`, `${at(12)} three`], ends },
      { lines: [`${at(12)} three`, `${at(13)} four`] },
    ]
    const events = await hear('the fourth line', (events) => texts(events).includes('four'))
    assert.equal(texts(events), ['one', 'two', 'three', 'four'])
    const since = asked.flatMap(({ searchParams }) => searchParams.get('sinceTime') ?? [])
    assert.equal(since.slice(-2), [at(11), at(12)])
  })

test('have no line of what stands in for the log of a run that is removed', async () => {
  looks = [{ list: [pod('backend-1', { ready: true, containers: ['2=backend'] })] }]
  const removed = 'unable to retrieve container logs for docker://20a344f41ec0'
  streams = [{ lines: [removed], ends: 'well' }, { lines: [`${at(10)} one`] }]
  const events = await hear('the first line', (events) => texts(events).includes('one'))
  assert.equal(texts(events), ['one'])
})

test('have their traces told beside their lines', async () => {
  looks = [{ list: [pod('backend-1', { ready: true, containers: ['2=backend'] })] }]
  streams = [{ lines: [`${at(10)} {"resourceSpans":[]}`, `${at(11)} up`] }]
  const events = await hear('the line after them', (events) => texts(events).includes('up'))
  assert.equal(texts(events), ['up'])
  const telemetry = events.flatMap((event) => (event.kind === 'telemetry' ? [event.service, event.data] : []))
  assert.equal(telemetry, ['backend', { resourceSpans: [] }])
})

test('have their logs read to the end of the container, and no more', async () => {
  const both = pod('backend-1', { ready: true, containers: ['1=migrate=ended', '2=backend'] })
  looks = [{ list: [both] }, { list: [both] }]
  streams = [
    { lines: [`${at(10)} migrated`], ends: 'well' },
    { lines: [`${at(11)} up`], ends: 'well' },
    { lines: [`${at(12)} still up`] },
  ]
  await hear('the second line of the one that runs', (events) => texts(events).includes('still up'))
  const migrations = asked.filter(({ searchParams }) => searchParams.get('container') === 'migrate')
  assert.is(migrations.length, 1)
})

test.run()
