import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { type FileContent, isServed, isWell } from '../../../lib/loop/session/verdict.ts'
import { initialState, reduce } from '../../../lib/loop/state.ts'
import type { LogLine } from '../../../lib/runtimes/log-line.ts'

const test = suite('whether a save is served')

const MEMBERS = [
  { name: 'api', directory: 'apps/api', image: 'x-api' },
  { name: 'tools', directory: 'apps/api', image: 'x-tools' },
]
const SAVED = 10_000
const FILE: FileContent = { path: 'apps/api/core/a.py', hash: 'new', at: SAVED, services: ['api', 'tools'] }
const UP: readonly LoopEvent[] = [
  { kind: 'round', status: 'running', at: 1 },
  { kind: 'pod', service: 'api', pod: 'api-1', ready: true },
  { kind: 'pod', service: 'tools', pod: 'tools-1', ready: true },
  { kind: 'round', status: 'succeeded', at: 2 },
]

const news = (service: string, at: number, line: Partial<LogLine>): LoopEvent => ({
  kind: 'log',
  service,
  at,
  line: { level: 'info', text: 'Reloaded', below: [], news: 'live', ...line },
})
const after = (...events: readonly LoopEvent[]) => [...UP, ...events].reduce(reduce, initialState(MEMBERS))
const outcome = (file: FileContent, ...events: readonly LoopEvent[]) =>
  isServed(file, after(...events), 'mounted').outcome

test('it is once every service that has the file says that it read that very content', () => {
  const loaded = (service: string, hash: string) =>
    news(service, SAVED + 90, { took: 80, loaded: { 'core/a.py': hash } })
  assert.is(outcome(FILE), 'open')
  assert.is(outcome(FILE, loaded('api', 'new')), 'open')
  assert.is(outcome(FILE, loaded('api', 'new'), loaded('tools', 'old')), 'open')
  assert.is(outcome(FILE, loaded('api', 'new'), loaded('tools', 'new')), 'yes')
})

test('where contents are not told, a reading that began before the save does not have it', () => {
  const file = { ...FILE, services: ['api'] }
  assert.is(outcome(file, news('api', SAVED + 50, { took: 60 })), 'open')
  assert.is(outcome(file, news('api', SAVED + 50, { took: 40 })), 'yes')
  assert.is(outcome(file, news('api', SAVED + 5_000, { time: SAVED + 50, took: 60 })), 'open')
})

test('a file that does not start is told with the reason, and that of an older save is not', () => {
  const file = { ...FILE, services: ['api'] }
  const broken = (took: number) =>
    news('api', SAVED + 50, { news: 'broken', text: 'SyntaxError: a.py:3', took })
  const verdict = isServed(file, after(broken(20)), 'mounted')
  assert.is(verdict.outcome, 'no')
  assert.match(verdict.message, 'api: SyntaxError: a.py:3')
  assert.is(outcome(file, broken(60)), 'open')
  assert.is(outcome(file, broken(20), news('api', SAVED + 900, { took: 20 })), 'yes')
})

test('packages are served once they are installed and each program tells that it runs with them', () => {
  const file: FileContent = { ...FILE, path: 'apps/api/lock', brought: 'packages' }
  const installation = (
    status: 'running' | 'succeeded' | 'failed',
    hash: string,
    more: { packages?: string; error?: string; cure?: string } = {},
  ): LoopEvent => ({
    kind: 'packages',
    services: ['api', 'tools'],
    status,
    at: SAVED + 100,
    files: new Map([['apps/api/lock', hash]]),
    ...more,
  })
  const done = installation('succeeded', 'new', { packages: 'b' })
  const told = (service: string, packages: string) =>
    news(service, SAVED + 900, { text: 'Started', packages })
  assert.is(outcome(file), 'open')
  assert.is(outcome(file, installation('succeeded', 'old', { packages: 'a' }), told('api', 'a')), 'open')
  assert.is(outcome(file, installation('running', 'new'), told('api', 'a'), told('tools', 'a')), 'open')
  assert.is(outcome(file, done, told('api', 'b'), told('tools', 'a')), 'open')
  assert.is(outcome(file, done, told('api', 'b'), told('tools', 'b')), 'yes')
  const broken = news('tools', SAVED + 900, { news: 'broken', text: 'ModuleNotFoundError', packages: 'b' })
  assert.is(outcome(file, done, told('api', 'b'), broken), 'no')
  const verdict = isServed(file, after(installation('failed', 'new', { error: 'offline' })), 'mounted')
  assert.is(verdict.outcome, 'no')
  assert.match(verdict.message, 'api: its packages stay those before: offline')
  const debugged = installation('failed', 'new', { error: 'it has those of its image', cure: 'start anew' })
  const refused = isServed(file, after(debugged), 'mounted')
  assert.is('cure' in refused && refused.cure, 'start anew')
  // Those of its image, whatever it calls them.
  assert.is(
    outcome(file, told('api', 'image'), told('tools', 'image'), installation('succeeded', 'new')),
    'yes',
  )
  assert.is(
    outcome(file, done, told('api', 'b'), told('tools', 'b'), installation('running', 'newer')),
    'open',
  )
})

const round = (status: 'running' | 'succeeded' | 'failed', at: number): LoopEvent => ({
  kind: 'round',
  status,
  at,
})

test('a part of an image is there when a deployment that began after the quiet has succeeded', () => {
  const file: FileContent = { ...FILE, path: 'apps/api/lock', services: [], brought: 'image' }
  assert.is(outcome(file), 'open')
  assert.is(outcome(file, round('running', SAVED + 10), round('succeeded', SAVED + 900)), 'open')
  assert.is(outcome(file, round('running', SAVED + 200)), 'open')
  assert.is(outcome(file, round('running', SAVED + 200), round('succeeded', SAVED + 900)), 'yes')
  assert.is(outcome(file, round('running', SAVED + 200), round('failed', SAVED + 900)), 'no')
})

test('it need not wait for the smoke test, once nothing but new pods is left that could answer', () => {
  const file: FileContent = { ...FILE, path: 'stack/stack.ts', services: [], brought: 'model' }
  const rolled: LoopEvent = { kind: 'rolled out' }
  const pod = (name: string): LoopEvent => ({ kind: 'pod', service: 'api', pod: name, ready: true })
  const gone = (ending: object): LoopEvent => ({ kind: 'pod gone', service: 'api', pod: 'api-1', ...ending })
  const made: LoopEvent = { kind: 'rendered', began: SAVED + 20, made: SAVED + 100 }
  const before = [
    made,
    { kind: 'deploy', status: 'running' },
    rolled,
    { kind: 'deploy', status: 'succeeded' },
  ] as const
  const begun = [...before, round('running', SAVED + 200)]
  const deployed = [...begun, { kind: 'deploy', status: 'running' } as const, pod('api-2')]
  const rolledOut = [...deployed, rolled]
  assert.is(outcome(file, ...begun), 'open', 'what was rolled out is of the deployment before')
  assert.is(outcome(file, ...deployed, gone({})), 'open', 'what was applied is not seen yet')
  assert.is(outcome(file, ...rolledOut), 'open', 'the old one is not told to end yet')
  assert.is(outcome(file, ...rolledOut, gone({ ending: true })), 'open', 'it may still answer')
  const ended: LoopEvent = { kind: 'pod ended', service: 'api', pod: 'api-1' }
  assert.is(outcome(file, ...rolledOut, gone({ ending: true }), ended), 'yes')
  assert.is(outcome(file, ...rolledOut, gone({})), 'yes')
  const again: LoopEvent = { kind: 'rendered', began: SAVED + 20, made: SAVED + 300 }
  assert.is(outcome(file, ...rolledOut, gone({}), again), 'open', 'another one is still to come')
})

test('the model is there when what was rendered of it is deployed', () => {
  const file: FileContent = { ...FILE, path: 'stack/stack.ts', services: [], brought: 'model' }
  const rendered = (began: number, made: number): LoopEvent => ({ kind: 'rendered', began, made })
  const deployment = (at: number) => [round('running', at), round('succeeded', at + 500)]
  assert.is(outcome({ ...file, at: -100 }), 'yes', 'it was there before the loop')
  assert.is(outcome(file, ...deployment(SAVED + 200)), 'open', 'a deployment for another reason')
  assert.is(outcome(file, rendered(SAVED + 20, SAVED + 100)), 'open')
  assert.is(
    outcome(file, rendered(SAVED + 20, SAVED + 100), ...deployment(SAVED + 60)),
    'open',
    'it began before',
  )
  assert.is(outcome(file, rendered(SAVED + 20, SAVED + 100), ...deployment(SAVED + 200)), 'yes')
  assert.is(outcome(file, rendered(SAVED - 20, 0)), 'open')
  assert.is(outcome(file, rendered(SAVED + 20, 0)), 'yes', 'it makes no difference')
  assert.is(
    outcome(file, rendered(SAVED + 20, SAVED - 400)),
    'open',
    'what an earlier save made is not deployed',
  )
  const error = 'a.ts:3 is no program'
  assert.is(outcome(file, { kind: 'rendered', began: SAVED + 20, made: 0, error }), 'no')
})

test('a render for the settings has the model as it was loaded before', () => {
  const file: FileContent = { ...FILE, path: 'x', services: [], brought: 'settings' }
  const rendered: LoopEvent = { kind: 'rendered', began: SAVED + 20, loaded: SAVED - 10, made: 0 }
  assert.is(outcome(file, rendered), 'yes')
  assert.is(outcome({ ...file, brought: 'model' }, rendered), 'open')
  assert.is(outcome({ ...file, brought: 'model' }, { ...rendered, loaded: SAVED + 20 }), 'yes')
})

test('sources that are copied are in a pod that began when they were in its image', () => {
  const file = { ...FILE, services: ['api'] }
  const started = news('api', SAVED + 900, { text: 'Started', took: 100 })
  const verdict = (...events: readonly LoopEvent[]) => isServed(file, after(...events), 'synced').outcome
  assert.is(verdict(started), 'open')
  assert.is(verdict(round('running', SAVED + 20), started), 'open')
  assert.is(verdict(round('running', SAVED + 200), started), 'yes')
})

test('what a server of before had read is nothing that a new one has', () => {
  const file = { ...FILE, services: ['api'] }
  const reloaded = news('api', SAVED + 90, { took: 80, loaded: { 'core/a.py': 'new' } })
  assert.is(outcome(file, reloaded, { kind: 'pod gone', service: 'api', pod: 'api-1' }), 'open')
  const old = news('api', SAVED - 90, { took: 80, loaded: { 'core/a.py': 'old' } })
  assert.is(outcome(file, old, news('api', SAVED + 900, { text: 'Started', took: 100 })), 'yes')
})

test('all is well once everything runs, and what is in the way is named', () => {
  assert.is(isWell(after()).outcome, 'yes')
  assert.is(isWell(initialState(MEMBERS)).outcome, 'open')
  const gone = isWell(after({ kind: 'pod gone', service: 'api', pod: 'api-1' }))
  assert.equal([gone.outcome, 'service' in gone && gone.service], ['open', 'api'])
  assert.is(isWell(after({ kind: 'round', status: 'running', at: 3 })).outcome, 'open')
})

test.run()
