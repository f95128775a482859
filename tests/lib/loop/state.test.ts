import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Finding } from '../../../lib/diagnosis/finding.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { activity, phase } from '../../../lib/loop/phase.ts'
import { readSkaffoldEvent } from '../../../lib/loop/skaffold-events.ts'
import { initialState, reduce, type State } from '../../../lib/loop/state.ts'
import { MEMBERS } from './members.ts'
import { RECORDED } from './recorded.ts'

const test = suite('the state of the loop')
const READY: readonly LoopEvent[] = [
  { kind: 'pod', service: 'backend', pod: 'backend-1', ready: true },
  { kind: 'pod', service: 'mcp', pod: 'mcp-1', ready: true },
  { kind: 'pod', service: 'postgres', pod: 'postgres-0', ready: true },
]

function after(...events: readonly LoopEvent[]): State {
  return events.reduce(reduce, initialState(MEMBERS))
}

function phases(state: State): string[] {
  return state.services.map((service) => phase(service, state).name)
}

function save(path: string, at: number, ...services: string[]): LoopEvent {
  return { kind: 'saved', services, path, at }
}

function log(service: string, at: number, news: 'live' | 'broken', text = 'Reloaded'): LoopEvent {
  return { kind: 'log', service, at, line: { level: 'info', text, below: [], news } }
}

test('follows a recorded session', () => {
  let state = initialState(MEMBERS.slice(0, 2))
  const seen: string[] = [activity(state)]
  for (const line of RECORDED) {
    const event = readSkaffoldEvent(line)
    if (!event) continue
    state = reduce(state, event)
    // What Kubernetes would tell meanwhile.
    if (event.kind === 'rollout' && event.status !== 'running')
      state = reduce(state, {
        kind: 'pod',
        service: event.workload,
        pod: event.workload,
        ready: event.status === 'succeeded',
      })
    const now = `${phases(state).join(' ')} · ${activity(state)}`
    if (now !== seen.at(-1)) seen.push(now)
  }
  assert.equal(seen, [
    'starting',
    'waiting waiting · looking at what changed',
    'waiting building · building mcp',
    'waiting waiting · looking at what changed',
    'building waiting · building backend',
    'waiting waiting · looking at what changed',
    'deploying deploying · deploying',
    'deploying ready · deploying',
    'ready ready · running the smoke test',
    'ready ready · looking at what changed',
    'ready ready · watching for changes',
    'ready ready · looking at what changed',
    'syncing ready · copying what was saved',
    'ready ready · looking at what changed',
    'ready ready · watching for changes',
    'ready ready · looking at what changed',
    'syncing ready · copying what was saved',
    'failing ready · looking at what changed',
    'failing ready · the last update failed; watching for changes',
    'syncing ready · copying what was saved',
    'failing ready · the last update failed; watching for changes',
    'syncing ready · copying what was saved',
    'failing ready · the last update failed; watching for changes',
    'syncing ready · copying what was saved',
    'failing ready · the last update failed; watching for changes',
    'failing ready · watching for changes',
    'failing ready · looking at what changed',
    'syncing ready · copying what was saved',
    'ready ready · looking at what changed',
    'ready ready · watching for changes',
    'ready ready · looking at what changed',
    'ready building · building mcp',
    'ready failing · looking at what changed',
    'ready failing · the last update failed; watching for changes',
    'ready failing · looking at what changed',
    'ready ready · deploying',
    'ready ready · running the smoke test',
    'ready ready · looking at what changed',
    'ready ready · watching for changes',
    'ready ready · looking at what changed',
    'ready ready · deploying',
    'failing ready · deploying',
    'failing ready · looking at what changed',
    'failing ready · the last update failed; watching for changes',
    'failing ready · looking at what changed',
    'starting ready · deploying',
    'ready ready · deploying',
    'ready ready · running the smoke test',
    'ready ready · looking at what changed',
    'ready ready · watching for changes',
  ])
})

test('shows a cure for what is found, at the service that it concerns', () => {
  const finding: Finding = {
    cause: 'image-missing',
    where: 'deployment/backend (migrate)',
    message: 'Its image is not in the cluster.',
    cure: 'npm run dev',
    evidence: [],
  }
  const node: Finding = { ...finding, cause: 'disk-full', where: 'node/minikube' }
  const found = after(...READY, { kind: 'findings', findings: [finding, node] })
  assert.equal(phases(found), ['failing', 'ready', 'ready'])
  assert.equal(found.findings, [node])
  const gone = reduce(found, { kind: 'findings', findings: [] })
  assert.equal([phases(gone), gone.findings], [['ready', 'ready', 'ready'], []])
})

test('a service is ready when all its pods are, without those that end', () => {
  const rolling = after(...READY, { kind: 'pod', service: 'backend', pod: 'backend-2', ready: false })
  assert.equal(phases(rolling), ['starting', 'ready', 'ready'])
  const both = reduce(rolling, { kind: 'pod', service: 'backend', pod: 'backend-2', ready: true })
  assert.equal(phases(both), ['ready', 'ready', 'ready'])
  const none = reduce(reduce(both, { kind: 'pod gone', service: 'backend', pod: 'backend-1' }), {
    kind: 'pod gone',
    service: 'backend',
    pod: 'backend-2',
  })
  assert.equal(phases(none), ['waiting', 'ready', 'ready'])
})

test('measures from the save to what its server says, for each service that the file belongs to', () => {
  const [backend, mcp] = after(
    save('apps/backend/core/tasks.py', 1000, 'backend', 'mcp'),
    log('backend', 1142, 'live'),
  ).services
  assert.equal(backend?.live, { path: 'apps/backend/core/tasks.py', at: 1142, milliseconds: 142 })
  assert.is(backend?.saved, undefined)
  assert.equal([mcp?.live, mcp?.saved?.at], [undefined, 1000])
})

test('measures from the first of several saves, but not from one that nothing reloaded for', () => {
  const of = (...events: LoopEvent[]) => after(...events).services[0]?.live?.milliseconds
  assert.is(
    of(save('a.py', 1000, 'backend'), save('b.py', 1050, 'backend'), log('backend', 1200, 'live')),
    200,
  )
  assert.is(
    of(save('a.md', 1000, 'backend'), save('b.py', 90_000, 'backend'), log('backend', 90_100, 'live')),
    100,
  )
})

test('code that cannot be started is named until the next save', () => {
  const broken = after(...READY, log('backend', 1, 'broken', 'Does not start: SyntaxError (app/main.py:12)'))
  const [service] = broken.services
  assert.equal(service && phase(service, broken), {
    name: 'failing',
    why: 'Does not start: SyntaxError (app/main.py:12)',
    cure: 'correct the file and save it',
  })
  assert.equal(phases(reduce(broken, save('apps/backend/app/main.py', 2, 'backend')))[0], 'ready')
  assert.equal(phases(reduce(broken, log('backend', 3, 'live')))[0], 'ready')

  // The save that broke it does not count as the start of the one that mends it.
  const mended = [
    save('a.py', 1000, 'backend'),
    log('backend', 1100, 'broken'),
    save('a.py', 3000, 'backend'),
  ]
  assert.is(after(...mended, log('backend', 3150, 'live')).services[0]?.live?.milliseconds, 150)
})

test('a failed build is over when Skaffold deploys, even without building again', () => {
  const failed = after(...READY, {
    kind: 'build',
    image: 'todo-mcp',
    status: 'failed',
    error: 'exit status 1',
  })
  assert.equal(phases(failed), ['ready', 'failing', 'ready'])
  assert.equal(phases(reduce(failed, { kind: 'deploy', status: 'running' })), ['ready', 'ready', 'ready'])
})

test('a sync that failed is told in the words of who refused it', () => {
  const error =
    'copying files: running [kubectl exec]\n - stdout: ""\n - stderr: "tar: Removing leading `/\' from member names\\ntar: app/main.py: Cannot open: Permission denied\\n"'
  const failed = after(...READY, { kind: 'sync', image: 'todo-backend', status: 'failed', error })
  const [service] = failed.services
  assert.is(
    service && phase(service, failed).why,
    'the saved file could not be copied into its pod: tar: app/main.py: Cannot open: Permission denied',
  )
})

test('a failed smoke test is remembered until the next deployment', () => {
  const failed = after({ kind: 'smoke', passed: false }, { kind: 'round', status: 'succeeded', at: 1 })
  assert.is(activity(failed), 'the smoke test FAILED, see above; watching for changes')
  const next = reduce(failed, { kind: 'deploy', status: 'running' })
  assert.is(activity(next), 'watching for changes')
})

test('what a server tells that is about to be one with other packages serves no save', () => {
  const files = new Map([['apps/backend/uv.lock', 'hash']])
  const installed = { kind: 'packages', services: ['backend'], files } as const
  const started = (at: number, packages: string): LoopEvent => ({
    kind: 'log',
    service: 'backend',
    at,
    line: { level: 'info', text: 'Started', below: [], news: 'live', packages },
  })
  const state = after(
    ...READY,
    started(1000, 'old'),
    { ...installed, status: 'running', at: 2000 },
    save('app/a.py', 2100, 'backend'),
    { ...installed, status: 'succeeded', packages: 'new', at: 3000 },
    log('backend', 3100, 'live'),
  )
  const backend = (of: State) => of.services.find(({ name }) => name === 'backend')
  assert.is(backend(state)?.saved?.path, 'app/a.py')
  assert.is(backend(state)?.live, undefined)
  assert.is(backend(reduce(state, started(4000, 'new')))?.live?.at, 4000)
})

test('a service that left is none of the loop any more', () => {
  const state = after(...READY, { kind: 'left', names: ['mcp'] })
  assert.equal(state.services.map(({ name }) => name).includes('mcp'), false)
})

test.run()
