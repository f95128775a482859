import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removal } from '../../hooks/drift/removal.ts'
import { manifests } from '../../k8s/manifests.ts'
import { PROFILES } from '../../k8s/settings.ts'
import { type Drift, deployedProfile, drift, objectsOf, trialOf } from '../../lib/diagnosis/drift/drift.ts'
import { collection, type KubernetesObject } from '../../lib/diagnosis/drift/object.ts'
import { settingsOf } from '../k8s/settings-of-every-kind.ts'

const test = suite('what is otherwise than the model has it')
const modelOf = (lines: Readonly<Record<string, string>> = {}, profile: (typeof PROFILES)[number] = 'run') =>
  objectsOf(manifests(settingsOf(lines), profile))

/** An object whose every field may be set. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects of many kinds
type Loose = any

/** Fills in what an API server does, as far as it matters here. */
function filled(model: KubernetesObject): KubernetesObject {
  const object: Loose = structuredClone(model)
  object.metadata = { ...object.metadata, uid: '1', creationTimestamp: 'now', generation: 2 }
  object.status = { observedGeneration: 2 }
  if (object.kind === 'Service')
    object.spec = {
      ...object.spec,
      clusterIP: `10.96.0.${Math.random()}`,
      clusterIPs: ['10.96.0.1'],
      sessionAffinity: 'None',
      ports: object.spec.ports.map((port: Loose) => ({ protocol: 'TCP', ...port })),
    }
  const template = object.spec?.template
  if (template) {
    object.spec = { progressDeadlineSeconds: 600, replicas: 1, ...object.spec }
    template.metadata.creationTimestamp = null
    template.spec = { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', ...template.spec }
    if (template.spec.initContainers?.length === 0) template.spec.initContainers = undefined
    for (const container of template.spec.containers)
      container.terminationMessagePath = '/dev/termination-log'
  }
  if (object.kind === 'PersistentVolume') object.spec.claimRef = { ...object.spec.claimRef, uid: '2' }
  return object
}

/** What a deployment by Skaffold makes of it. */
function deployed(model: KubernetesObject): Loose {
  const object: Loose = filled(model)
  object.metadata.labels = { ...object.metadata.labels, 'skaffold.dev/run-id': 'todo' }
  object.metadata.annotations = { 'deployment.kubernetes.io/revision': '3' }
  object.metadata.resourceVersion = '77'
  const template = object.spec?.template
  if (!template) return object
  template.metadata.labels['skaffold.dev/run-id'] = 'todo'
  template.metadata.annotations = {
    ...template.metadata.annotations,
    'kubectl.kubernetes.io/restartedAt': 'now',
  }
  for (const container of [...template.spec.containers, ...(template.spec.initContainers ?? [])])
    container.image = container.image.replace(/^todo-\w+(-stub)?$/, 'localhost:5000/$&:abc@sha256:0')
  return object
}

interface Cluster {
  readonly models: readonly KubernetesObject[]
  readonly live: Loose[]
}

function cluster(models = modelOf()): Cluster {
  return { models, live: models.map(deployed) }
}

function look({ models, live }: Cluster, fill: typeof filled | (() => undefined) = filled): Drift[] {
  const there = new Map(models.map((model) => [collection(model), [] as KubernetesObject[]]))
  for (const object of live) there.get(collection(object))?.push(object)
  return drift(models, there, fill)
}

const paths = (all: readonly Drift[]) =>
  all.flatMap(({ where, differences }) =>
    differences.length > 0 ? differences.map(({ path }) => `${where} ${path}`) : [`${where} missing`],
  )

const find = ({ live }: Cluster, kind: string, name: string): Loose =>
  live.find(({ kind: one, metadata }) => one === kind && metadata.name === name)

for (const profile of PROFILES)
  for (const lines of [{}, { AUTOSCALE_UP_TO: '4', EXPOSE: 'ingress' }] as const)
    test(`nothing, where ${profile} is deployed with ${JSON.stringify(lines)}, whatever Skaffold and the API server add`, () => {
      const models = modelOf(lines, profile)
      assert.equal(paths(look(cluster(models))), [])
      assert.equal(paths(look(cluster(models), () => undefined)), [])
    })

const container = (object: Loose) => object.spec.template.spec.containers[0]

for (const [what, kind, name, change, expected] of [
  [
    'another selector',
    'Service',
    'frontend',
    (o) => {
      o.spec.selector['app.kubernetes.io/name'] = 'x'
    },
    'spec.selector["app.kubernetes.io/name"]',
  ],
  [
    'one more label selected',
    'Service',
    'frontend',
    (o) => {
      o.spec.selector.version = '2'
    },
    'spec.selector.version',
  ],
  [
    'no selector',
    'Service',
    'frontend',
    (o) => {
      o.spec.selector = undefined
    },
    'spec.selector',
  ],
  [
    'another port',
    'Service',
    'backend',
    (o) => {
      o.spec.ports[0].targetPort = 'https'
    },
    'spec.ports[http].targetPort',
  ],
  [
    'another NodePort',
    'Service',
    'frontend',
    (o) => {
      o.spec.ports[0].nodePort = 31999
    },
    'spec.ports[http].nodePort',
  ],
  [
    'another type',
    'Service',
    'frontend',
    (o) => {
      o.spec.type = 'ClusterIP'
    },
    'spec.type',
  ],
  [
    'another setting',
    'ConfigMap',
    'todo-config',
    (o) => {
      o.data.BACKEND_URL = 'http://x'
    },
    'data.BACKEND_URL',
  ],
  [
    'a setting less',
    'ConfigMap',
    'todo-config',
    (o) => {
      o.data.BACKEND_URL = undefined
    },
    'data.BACKEND_URL',
  ],
  [
    'a setting more',
    'ConfigMap',
    'todo-config',
    (o) => {
      o.data.DEBUG = '1'
    },
    'data.DEBUG',
  ],
  [
    'everybody let in',
    'NetworkPolicy',
    'default-deny',
    (o) => {
      o.spec.ingress = [{}]
    },
    'spec.ingress',
  ],
  [
    'nobody selected',
    'NetworkPolicy',
    'default-deny',
    (o) => {
      o.spec.podSelector = { matchLabels: { a: 'b' } }
    },
    'spec.podSelector.matchLabels',
  ],
  [
    'no replica',
    'Deployment',
    'backend',
    (o) => {
      o.spec.replicas = 0
    },
    'spec.replicas',
  ],
  [
    'a rollout that is paused',
    'Deployment',
    'backend',
    (o) => {
      o.spec.paused = true
    },
    'spec.paused',
  ],
  [
    'another image',
    'Deployment',
    'backend',
    (o) => {
      container(o).image = 'nginx:1'
    },
    'spec.template.spec.containers[backend].image',
  ],
  [
    'another PostgreSQL',
    'StatefulSet',
    'postgres',
    (o) => {
      container(o).image = 'postgres:16'
    },
    'spec.template.spec.containers[postgres].image',
  ],
  [
    'a variable more',
    'Deployment',
    'backend',
    (o) => {
      container(o).env.push({ name: 'DEBUG', value: '1' })
    },
    'spec.template.spec.containers[backend].env[DEBUG]',
  ],
  [
    'a variable less',
    'Deployment',
    'backend',
    (o) => {
      container(o).env = container(o).env.filter((one: Loose) => one.name !== 'MCP_URL')
    },
    'spec.template.spec.containers[backend].env[MCP_URL]',
  ],
  [
    'a container more',
    'Deployment',
    'backend',
    (o) => {
      o.spec.template.spec.containers.push({ name: 'spy' })
    },
    'spec.template.spec.containers[spy]',
  ],
  [
    'a node selected',
    'Deployment',
    'backend',
    (o) => {
      o.spec.template.spec.nodeSelector = { disk: 'ssd' }
    },
    'spec.template.spec.nodeSelector',
  ],
  [
    'another limit',
    'Deployment',
    'backend',
    (o) => {
      container(o).resources.limits.memory = '64Mi'
    },
    'spec.template.spec.containers[backend].resources.limits.memory',
  ],
  [
    'no probe',
    'Deployment',
    'backend',
    (o) => {
      container(o).readinessProbe = undefined
    },
    'spec.template.spec.containers[backend].readinessProbe',
  ],
  [
    'another word of the command',
    'Deployment',
    'backend',
    (o) => {
      container(o).command[2] = 'x'
    },
    'spec.template.spec.containers[backend].command[2]',
  ],
  [
    'another budget',
    'PodDisruptionBudget',
    'backend',
    (o) => {
      o.spec.maxUnavailable = 0
    },
    'spec.maxUnavailable',
  ],
  [
    'a label of ours less',
    'Service',
    'mcp',
    (o) => {
      o.metadata.labels = { a: 'b' }
    },
    'metadata.labels["app.kubernetes.io/name"]',
  ],
] as const satisfies readonly (readonly [string, string, string, (object: Loose) => void, string])[])
  test(`${what} is told by its path: ${kind} ${name}`, () => {
    const there = cluster()
    change(find(there, kind, name))
    const [first = '', ...more] = paths(look(there))
    assert.is(first, `${kind.toLowerCase()}/${name} ${expected}`)
    assert.ok(
      more.every((path) => path.includes('labels')),
      more.join(),
    )
  })

test('what was deleted is missing; what nobody may look at is not', () => {
  const { models, live } = cluster()
  const rest = live.filter(({ metadata }) => metadata.name !== 'default-deny')
  assert.equal(paths(look({ models, live: rest })), ['networkpolicy/default-deny missing'])
  assert.equal(drift(models, new Map(), filled), [])
})

test('quantities and images are compared by what they mean', () => {
  const there = cluster()
  container(find(there, 'Deployment', 'backend')).resources.limits.cpu = '1000m'
  find(there, 'Deployment', 'mcp').spec.template.spec.containers[0].image = 'todo-mcp:other'
  assert.equal(paths(look(there)), [])
})

test('without what the API server would fill in, what is beside the model may be a default', () => {
  const there = cluster()
  find(there, 'Service', 'frontend').spec.selector.version = '2'
  find(there, 'Service', 'backend').spec.selector['app.kubernetes.io/name'] = 'x'
  assert.equal(paths(look(there, () => undefined)), [
    'service/backend spec.selector["app.kubernetes.io/name"]',
  ])
})

test('replicas are an autoscaler’s own business, but for none at all, which it leaves', () => {
  const there = cluster(modelOf({ AUTOSCALE_UP_TO: '4' }))
  find(there, 'Deployment', 'backend').spec.replicas = 4
  assert.equal(paths(look(there)), [])
  find(there, 'Deployment', 'backend').spec.replicas = 0
  const [found] = look(there)
  assert.equal(paths(look(there)), ['deployment/backend spec.replicas'])
  assert.equal(found && removal(found).at(-1), { op: 'replace', path: '/spec/replicas', value: 2 })
})

test('a release of Helm is its own model', () => {
  const there = cluster()
  const backend = find(there, 'Deployment', 'backend')
  backend.metadata.labels['app.kubernetes.io/managed-by'] = 'Helm'
  backend.spec.replicas = 0
  assert.equal(paths(look(there)), [])
})

const managed = (manager: string, time: string, fields: object, subresource?: string) => ({
  manager,
  time,
  operation: 'Update',
  fieldsV1: fields,
  ...(subresource ? { subresource } : {}),
})

test('who changed it is named where the API server tells', () => {
  const there = cluster()
  const service = find(there, 'Service', 'frontend')
  service.spec.selector.version = '2'
  service.metadata.managedFields = [
    managed('kubectl-client-side-apply', '2026-01-01T10:00:00Z', { 'f:spec': { 'f:type': {} } }),
    managed('kubectl-edit', '2026-01-01T11:00:00Z', { 'f:spec': { 'f:selector': {} } }),
  ]
  const backend = find(there, 'Deployment', 'backend')
  backend.spec.replicas = 0
  container(backend).env.push({ name: 'DEBUG', value: '1' })
  const env = { 'f:env': { 'k:{"name":"DEBUG"}': { '.': {}, 'f:name': {}, 'f:value': {} } } }
  backend.metadata.managedFields = [
    managed('kubectl', '2026-01-01T12:00:00Z', { 'f:spec': { 'f:replicas': {} } }, 'scale'),
    managed('kubectl-set', '2026-01-01T12:30:00Z', {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"backend"}': env } } } },
    }),
  ]
  const config = find(there, 'ConfigMap', 'todo-config')
  config.data.LOG_LEVEL = 'debug'
  config.metadata.managedFields = [
    managed('kubectl-client-side-apply', '2026-01-01T10:00:00Z', { 'f:data': { 'f:LOG_LEVEL': {} } }),
  ]
  const by = look(there).flatMap(({ where, differences }) =>
    differences.map((one) => [
      where,
      one.path.replace(/^spec\.(template\.spec|selector)?\.?|^data\./, ''),
      one.by?.manager,
      one.by?.time,
    ]),
  )
  assert.equal(by.sort(), [
    ['configmap/todo-config', 'LOG_LEVEL', undefined, undefined],
    ['deployment/backend', 'containers[backend].env[DEBUG]', 'kubectl-set', '2026-01-01T12:30:00Z'],
    ['deployment/backend', 'replicas', 'kubectl', '2026-01-01T12:00:00Z'],
    ['service/frontend', 'version', 'kubectl-edit', '2026-01-01T11:00:00Z'],
  ])
})

test('what apply would leave is taken out, the last item of a list first, and other values are left to it', () => {
  const there = cluster()
  const backend = find(there, 'Deployment', 'backend')
  const first = container(backend).env.length
  for (const name of ['A', 'B']) container(backend).env.push({ name, value: '1' })
  backend.spec.replicas = 0
  find(there, 'Service', 'frontend').spec.selector['example.com/a'] = '2'
  find(there, 'ConfigMap', 'todo-config').data.LOG_LEVEL = 'debug'
  const env = '/spec/template/spec/containers/0/env'
  const version = () => ({ op: 'test', path: '/metadata/resourceVersion', value: '77' })
  const steps = look(there).map((one) => [one.where, removal(one)] as const)
  assert.equal(Object.fromEntries(steps), {
    'configmap/todo-config': [],
    'service/frontend': [version(), { op: 'remove', path: '/spec/selector/example.com~1a' }],
    'deployment/backend': [
      version(),
      { op: 'remove', path: `${env}/${first + 1}` },
      { op: 'remove', path: `${env}/${first}` },
      { op: 'replace', path: '/spec/replicas', value: 2 },
    ],
  })
})

for (const profile of PROFILES)
  test(`that ${profile} was deployed is seen, whatever was changed by hand`, () => {
    const { models, live } = cluster(modelOf({}, profile))
    live.pop()
    live[0].data.LOG_LEVEL = 'debug'
    const there = new Map(
      PROFILES.flatMap((one) => modelOf({}, one)).map((one) => [collection(one), [] as KubernetesObject[]]),
    )
    for (const object of live) there.get(collection(object))?.push(object)
    assert.ok(models.length > 0)
    assert.is(
      deployedProfile((one) => modelOf({}, one), there),
      profile,
    )
  })

test('what is tried out has no name and no NodePort that is taken', () => {
  for (const model of modelOf()) {
    const trial = JSON.parse(JSON.stringify(trialOf(model)))
    assert.equal([trial.metadata.name, trial.metadata.generateName], [undefined, `${model.metadata.name}-`])
    assert.is(trial.metadata.namespace, 'todo')
    assert.not.ok(JSON.stringify(trial).includes('nodePort'), model.metadata.name)
  }
})

test.run()
