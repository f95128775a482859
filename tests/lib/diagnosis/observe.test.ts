import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { labels } from '../../../k8s/names.ts'
import { SMOKE } from '../../../k8s/smoke.ts'
import type { Api } from '../../../lib/cluster/api.ts'
import { observe } from '../../../lib/diagnosis/observe.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('what is looked at')
const TIME = '2026-01-01T00:00:00Z'

const meta = (name: string) => ({
  metadata: {
    name,
    namespace: 'todo',
    uid: name,
    creationTimestamp: TIME,
    labels: labels(MAIN, name, 'any'),
  },
})
const pod = (name: string) => ({
  ...meta(name),
  spec: { containers: [{ name, image: 'todo-frontend:1' }] },
  status: { phase: 'Failed', conditions: [], containerStatuses: [] },
})
const event = (name: string) => ({
  ...meta(`${name}-event`),
  involvedObject: { kind: 'Pod', name, uid: name },
  reason: 'Failed',
})

/** An API server that has these things and nothing else. */
function serving(items: Readonly<Record<string, readonly object[]>>): Api {
  return {
    context: 'any',
    read: async <Kind>(path: string) => ({ items: items[path] ?? [] }) as Kind,
    tryOut: async () => undefined,
    ask: async () => ({ status: 200, body: '' }),
    lines: async function* () {},
    watch: async function* () {},
    now: () => Date.parse(TIME),
    close: () => undefined,
  }
}

test('the smoke test is no part of the stack: its failure is told by who runs it', async () => {
  const there = ['backend', SMOKE]
  const api = serving({
    '/api/v1/namespaces/todo/pods': there.map(pod),
    '/api/v1/namespaces/todo/events': there.map(event),
  })
  const { pods, events } = await observe(api, MAIN, [])
  assert.equal(
    [pods.map(({ name }) => name), events.map(({ about }) => about)],
    [['backend'], ['Pod/backend']],
  )
})

test('what the Secret holds is not among what is told', async () => {
  const words = 'words of the Secret'
  const api = serving({
    '/api/v1/namespaces/todo/secrets': [
      { ...meta('todo-secrets'), data: { SMOKE_PASSWORD: Buffer.from(words).toString('base64') } },
    ],
    '/api/v1/namespaces/todo/pods': [pod('backend')],
    '/api/v1/namespaces/todo/events': [{ ...event('backend'), message: `It was refused with ${words}.` }],
  })
  const { events } = await observe(api, MAIN, [])
  assert.equal(
    events.map(({ message }) => message),
    ['It was refused with •••.'],
  )
})

test('a run that is removed while it is asked about is no last line: the next is what is heard', async () => {
  const removed = 'unable to retrieve container logs for docker://20a344f41ec0'
  const answers = [removed, removed, `${TIME} about to give up\n`]
  const crashed = {
    ...pod('backend'),
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'backend', restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    },
  }
  const api: Api = {
    ...serving({ '/api/v1/namespaces/todo/pods': [crashed] }),
    ask: async () => ({ status: 200, body: answers.shift() ?? '' }),
  }
  const { pods } = await observe(api, MAIN, [])
  assert.equal(
    pods.flatMap(({ containers }) => containers.flatMap(({ lines }) => lines.map(({ text }) => text))),
    ['about to give up'],
  )
})

test.run()
