import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../../k8s/manifests.ts'
import { PROFILES } from '../../../k8s/settings.ts'
import type { Api } from '../../../lib/cluster/api.ts'
import { diagnose } from '../../../lib/diagnosis/diagnose.ts'
import { objectsOf } from '../../../lib/diagnosis/drift/drift.ts'
import { collection, type KubernetesObject } from '../../../lib/diagnosis/drift/object.ts'
import type { Facts } from '../../../lib/diagnosis/facts.ts'
import { observe } from '../../../lib/diagnosis/observe.ts'
import { driftFromModel, driftFromRendered } from '../../../lib/diagnosis/observe-drift.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'
import { ago, container, ended, facts, pod } from './facts.ts'

const test = suite('what was changed by hand')
const MODELS = new Map(PROFILES.map((profile) => [profile, objectsOf(manifests(DEFAULTS, profile))]))
const TIME = '2026-01-01T00:00:00Z'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/todo/endpointslices'
const PODS = '/api/v1/namespaces/todo/pods'
const DNS = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices'

// biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects of many kinds
type Loose = any

/** A namespace in which the model is deployed, and each Service leads to a pod that is ready. */
function deployed() {
  const models = objectsOf(manifests(DEFAULTS, 'run'))
  const objects: Loose[] = structuredClone(models)
  for (const { metadata } of objects) Object.assign(metadata, { uid: metadata.name, creationTimestamp: TIME })
  for (const object of objects) object.status = {}
  const services = objects.filter(({ kind }) => kind === 'Service')
  const slice = ({ metadata: { name } }: Loose) => ({
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ conditions: { ready: true } }],
    ports: [{ port: 1 }],
  })
  const podOf = ({ metadata }: Loose) => ({
    metadata: { ...metadata, uid: `pod-${metadata.name}` },
    spec: { containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: TIME }] },
  })
  const beside: Record<string, Loose[]> = {
    [SLICES]: services.map(slice),
    [PODS]: services.map(podOf),
    [DNS]: [{ metadata: {}, endpoints: [{}] }],
  }
  return { models, objects, beside }
}

type World = ReturnType<typeof deployed>

/** An API server that has this, and fills in nothing. */
function serving({ objects, beside }: World): Api {
  return {
    context: 'any',
    read: async <Kind>(path: string) => {
      const [bare = ''] = path.split('?')
      return { items: beside[bare] ?? objects.filter((object) => collection(object) === bare) } as Kind
    },
    ask: async () => ({ status: 200, body: '' }),
    tryOut: async <Kind>(_: string, object: object) => object as Kind,
    lines: async function* () {},
    watch: async function* () {},
    now: () => Date.parse(TIME) + 60_000,
    close: () => undefined,
  }
}

async function found(world: World): Promise<string[]> {
  const seen = await observe(serving(world), DEFAULTS.stack, ['a-secret-value'], driftFromModel(MODELS))
  return diagnose(seen, []).map(({ cause, where, message }) => `${cause} ${where}: ${message}`)
}

const object = ({ objects }: World, kind: string, name: string): Loose =>
  objects.find((one) => one.kind === kind && one.metadata.name === name)

test('nothing is found where nothing was changed', async () => {
  assert.equal(await found(deployed()), [])
})

for (const [what, change, expected] of [
  [
    'a Service whose selector was edited',
    (world) => {
      const service = object(world, 'Service', 'frontend')
      service.spec.selector['app.kubernetes.io/name'] = 'elsewhere'
      const fieldsV1 = { 'f:spec': { 'f:selector': {} } }
      service.metadata.managedFields = [{ manager: 'kubectl-edit', time: TIME, fieldsV1 }]
      for (const slice of world.beside[SLICES] ?? [])
        if (slice.metadata.name === 'frontend') slice.endpoints = null
    },
    [
      `drifted service/frontend: service/frontend is not as the model has it: spec.selector["app.kubernetes.io/name"] is "elsewhere" instead of "frontend" (kubectl-edit, ${TIME}).`,
    ],
  ],
  [
    'a changed ConfigMap',
    (world) => {
      object(world, 'ConfigMap', 'todo-config').data.BACKEND_URL = 'http://x'
    },
    [
      'drifted configmap/todo-config: configmap/todo-config is not as the model has it: data.BACKEND_URL is "http://x" instead of "http://backend:8000".',
    ],
  ],
  [
    'a deleted NetworkPolicy',
    (world) => {
      world.objects.splice(world.objects.indexOf(object(world, 'NetworkPolicy', 'default-deny')), 1)
    },
    [
      'drifted networkpolicy/default-deny: networkpolicy/default-deny is not in the cluster, though the model has it.',
    ],
  ],
  [
    'a Deployment scaled to 0, which explains its Service',
    (world) => {
      object(world, 'Deployment', 'frontend').spec.replicas = 0
      for (const slice of world.beside[SLICES] ?? [])
        if (slice.metadata.name === 'frontend') slice.endpoints = null
      world.beside[PODS] = (world.beside[PODS] ?? []).filter(({ metadata }) => metadata.name !== 'frontend')
    },
    [
      'drifted deployment/frontend: deployment/frontend is not as the model has it: spec.replicas is 0 instead of 2.',
    ],
  ],
  [
    'a variable somebody added, whose value nobody shows',
    (world) => {
      const { containers } = object(world, 'Deployment', 'backend').spec.template.spec
      containers[0].env.push({ name: 'TOKEN', value: 'hidden' })
    },
    [
      'drifted deployment/backend: deployment/backend is not as the model has it: spec.template.spec.containers[backend].env[TOKEN] is there, and not in the model.',
    ],
  ],
  [
    'a secret in the place of a setting, which nobody shows',
    (world) => {
      object(world, 'ConfigMap', 'todo-config').data.OPENAI_MODEL = 'a-secret-value'
    },
    [
      'drifted configmap/todo-config: configmap/todo-config is not as the model has it: data.OPENAI_MODEL is "•••" instead of "stand-in".',
    ],
  ],
  [
    'settings newer than what is deployed, as one',
    (world) => {
      object(world, 'ConfigMap', 'todo-config').data.LOG_LEVEL = 'debug'
      object(world, 'Deployment', 'backend').spec.template.metadata.annotations['todo/configuration'] = '0'
    },
    [
      'drifted namespace/todo: 2 objects are not as the model has them: configmap/todo-config, deployment/backend.',
    ],
  ],
  [
    'a Service that leads nowhere though it is the model’s',
    (world) => {
      for (const slice of world.beside[SLICES] ?? []) if (slice.metadata.name === 'mcp') slice.ports = null
    },
    [
      'no-endpoints service/mcp: Service mcp leads nowhere: none of its endpoints is ready, though its pods are.',
    ],
  ],
  [
    'a stack that was taken down',
    (world) => {
      world.objects.length = 0
      world.beside[PODS] = []
      world.beside[SLICES] = []
    },
    [],
  ],
] as const satisfies readonly (readonly [string, (world: World) => void, readonly string[]])[])
  test(`${what} is told`, async () => {
    const world = deployed()
    change(world)
    assert.equal(await found(world), expected)
  })

const front = (change: Partial<Facts['fronts'][number]> = {}) => ({
  name: 'backend',
  since: ago(3600),
  selector: 'app=backend',
  pods: ['backend-1'],
  ready: 0,
  ...change,
})
const causes = (change: Partial<Facts>) =>
  diagnose(facts(change), []).map(({ cause, where }) => `${cause} ${where}`)

test('a Service whose pods are starting, fail for a reason of their own or are ready just now is no finding', () => {
  const starting = pod([container({ ready: false, started: false, state: { is: 'running', since: ago(1) } })])
  assert.equal(causes({ fronts: [front()], pods: [starting] }), [])
  assert.equal(causes({ fronts: [front()], pods: [pod([ended('x')])] }), ['crash deployment/backend'])
  assert.equal(causes({ fronts: [front()], pods: [pod([container()], { readySince: ago(1) })] }), [])
  assert.equal(causes({ fronts: [front()], pods: [pod([container()])] }), ['no-endpoints service/backend'])
  assert.equal(causes({ fronts: [front({ since: ago(1) })], pods: [pod([container()])] }), [])
  assert.equal(causes({ fronts: [front({ ready: 1 })], pods: [pod([container()])] }), [])
})

test('a Service without any pod is explained by what keeps its workload from having one', () => {
  const workloads = [{ name: 'deployment/backend', refusal: 'exceeded quota: small', stuck: undefined }]
  assert.equal(causes({ fronts: [front({ pods: [] })], workloads }), ['quota-exceeded deployment/backend'])
  assert.equal(causes({ fronts: [front({ pods: [] })] }), ['no-endpoints service/backend'])
  assert.equal(causes({ fronts: [front({ pods: [], since: ago(1) })] }), [])
})

const workload = (replicas: number) => [
  { name: 'deployment/backend', refusal: undefined, stuck: undefined, replicas },
]

for (const [what, change, expected] of [
  ['whose pods are about to be made', { workloads: workload(2) }, []],
  ['whose workload is to have none', { workloads: workload(0) }, ['no-endpoints service/backend']],
  [
    'which selects other pods than those',
    { workloads: workload(1), pods: [pod([container()])] },
    ['no-endpoints service/backend'],
  ],
  [
    'which selects other pods than those that are ready just now',
    { workloads: workload(1), pods: [pod([container()], { readySince: ago(1) })] },
    [],
  ],
] as const)
  test(`a Service without a pod, ${what}`, () => {
    assert.equal(causes({ fronts: [front({ pods: [] })], ...change }), expected)
  })

test('the loop compares with what was rendered, but for while it is on its way', async () => {
  const world = deployed()
  object(world, 'Service', 'mcp').spec.selector = { a: 'b' }
  let rendered: readonly KubernetesObject[] | undefined = world.models
  const look = driftFromRendered(() => rendered)
  assert.equal(
    (await look(serving(world))).map(({ where }) => where),
    ['service/mcp'],
  )
  rendered = undefined
  assert.equal(await look(serving(world)), [])
})

test('an object is tried out once, however often it is looked at', async () => {
  const world = deployed()
  let tries = 0
  const api: Api = {
    ...serving(world),
    tryOut: async <Kind>(_: string, object: object) => {
      tries += 1
      return object as Kind
    },
  }
  const look = driftFromModel(MODELS)
  for (let n = 0; n < 3; n++) assert.equal(await look(api), [])
  assert.is(tries, world.models.length)
})

test.run()
