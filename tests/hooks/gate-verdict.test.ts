import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cluster, Facts } from '../../hooks/gate/facts.ts'
import { quantity } from '../../hooks/gate/quantity.ts'
import { requests, verdict } from '../../hooks/gate/verdict.ts'
import type { Settings } from '../../k8s/settings.ts'
import { stack } from '../../k8s/stack.ts'
import { DEFAULTS, settingsOf } from '../k8s/settings-of-every-kind.ts'

const test = suite('the verdict of the gate')
const MEBIBYTE = 2 ** 20
const WANTED = requests(stack(DEFAULTS, 'run'))

const NODE = { name: 'minikube', ready: true, cpuMillis: 4000, memoryBytes: 6144 * MEBIBYTE }
const CLUSTER: Cluster = {
  nodes: [NODE],
  dnsReady: true,
  hasDefaultStorageClass: true,
  dataClaimExists: false,
  namespaceTerminating: false,
  requested: { cpuMillis: 750, memoryBytes: 170 * MEBIBYTE },
  nodePortHolder: undefined,
}
const HEALTHY: Facts = {
  context: 'minikube',
  server: '127.0.0.1',
  cluster: CLUSTER,
  refusal: undefined,
  takenPorts: [],
  nodesHoldCheckout: undefined,
  externalDatabase: undefined,
}

const on = (change: Partial<Cluster>): Partial<Facts> => ({ cluster: { ...CLUSTER, ...change } })

function judge(change: Partial<Facts>, settings: Settings = DEFAULTS) {
  return verdict({ ...HEALTHY, ...change }, settings, stack(settings, 'run'))
}

test('a healthy cluster is let through', () => {
  assert.equal(judge({}), [])
})

for (const [what, change, message, cure] of [
  ['no such context', { server: undefined }, 'There is no context "minikube"', 'npm run cluster -- up'],
  [
    'a remote context',
    { context: 'production', server: 'api.example.com' },
    'Context "production" (server api.example.com) is not a local cluster',
    'KUBE_CONTEXT=production',
  ],
  [
    'a local name on a public server',
    { server: 'api.example.com' },
    'is not a local cluster',
    'npm run cluster -- up',
  ],
  [
    'a private server under an unknown name',
    { context: 'staging', server: '10.0.0.7' },
    'is not a local cluster',
    'KUBE_CONTEXT=staging',
  ],
  [
    'an API server that is down',
    { cluster: undefined, refusal: 'kubectl get failed: connection refused' },
    'does not answer: kubectl get failed: connection refused.',
    'npm run cluster -- up',
  ],
  [
    'a node that is not Ready',
    on({ nodes: [NODE, { ...NODE, name: 'm02', ready: false }] }),
    'Node m02 is not Ready.',
    'kubectl describe nodes',
  ],
  ['no DNS', on({ dnsReady: false }), 'no working DNS', 'rollout status deployment/coredns'],
  [
    'no storage class',
    on({ hasDefaultStorageClass: false }),
    'no default storage class',
    'minikube addons enable default-storageclass',
  ],
  [
    'a namespace that is going away',
    on({ namespaceTerminating: true }),
    'Namespace todo is being deleted.',
    'kubectl wait --for=delete namespace/todo',
  ],
  [
    'a NodePort that is held',
    on({ nodePortHolder: 'shop/web' }),
    'NodePort is held by Service shop/web',
    'kubectl delete service -n shop web',
  ],
  [
    'a forwarded port that is taken',
    { takenPorts: [3000] },
    'Port 3000 of this machine is taken',
    'lsof -i :3000',
  ],
  [
    'an external database that is silent',
    { externalDatabase: { host: 'db.example:5432', answers: false } },
    'does not answer at db.example:5432',
    'correct DATABASE_URL',
  ],
] as [string, Partial<Facts>, string, string][])
  test(`${what} is refused with its cure`, () => {
    const problems = judge(change)
    assert.is(problems.length, 1)
    assert.match(problems[0]?.message ?? '', message)
    assert.match(problems[0]?.cure ?? '', cure)
  })

for (const [context, server] of [
  ['minikube', '192.168.49.2'],
  ['minikube', '172.17.0.3'],
  ['minikube', '[::1]'],
  ['minikube', 'host.docker.internal'],
  ['kind-todo', '127.0.0.1'],
  ['k3d-todo', '0.0.0.0'],
  ['docker-desktop', 'kubernetes.docker.internal'],
] as const)
  test(`context ${context} at ${server} is local`, () => {
    assert.equal(judge({ context, server }), [])
  })

for (const server of [
  '172.32.0.1',
  '8.8.8.8',
  '11.0.0.1',
  '10.evil.example',
  '192.168.evil.example',
  '127.0.0.1.evil.example',
])
  test(`${server} is not local`, () => {
    assert.is(judge({ server }).length, 1)
  })

test('a remote context that the settings name is let through', () => {
  const settings = settingsOf({ KUBE_CONTEXT: 'far' })
  assert.equal(judge({ context: 'far', server: 'api.example.com' }, settings), [])
})

test('a context that is refused is not asked about its nodes', () => {
  assert.is(judge({ context: 'production', server: 'api.example.com', cluster: undefined }).length, 1)
})

test('no storage class is no matter where the volume exists or the database is elsewhere', () => {
  assert.equal(judge(on({ hasDefaultStorageClass: false, dataClaimExists: true })), [])
  const external = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  const answering = { externalDatabase: { host: 'db.example:5432', answers: true } }
  assert.equal(judge({ ...on({ hasDefaultStorageClass: false }), ...answering }, external), [])
})

test('a cluster has room to the last millicore and byte, and not one less', () => {
  const left = (cpuMillis: number, memoryBytes: number) =>
    on({ nodes: [{ ...NODE, cpuMillis, memoryBytes }], requested: { cpuMillis: 0, memoryBytes: 0 } })
  assert.equal(judge(left(WANTED.cpuMillis, WANTED.memoryBytes)), [])
  const [small] = judge(left(WANTED.cpuMillis - 1, WANTED.memoryBytes - MEBIBYTE))
  assert.match(
    small?.message ?? '',
    `${WANTED.cpuMillis}m of CPU where ${WANTED.cpuMillis - 1}m are free and`,
  )
  assert.match(small?.message ?? '', `${WANTED.memoryBytes / MEBIBYTE}Mi of memory`)
  assert.match(small?.cure ?? '', 'minikube config set cpus 4')
})

test('what others request is not free', () => {
  const busy = { cpuMillis: NODE.cpuMillis, memoryBytes: 0 }
  assert.match(judge(on({ requested: busy }))[0]?.message ?? '', 'where 0m are free')
})

test('the stack asks for the sum over its replicas', () => {
  assert.is(WANTED.cpuMillis, 2 * (100 + 100 + 50) + 25 + 100)
  assert.is(requests(stack(DEFAULTS, 'dev')).cpuMillis, 100 + 100 + 50 + 25 + 100)
})

test('all that is wrong with a cluster is told at once, each with a cure', () => {
  const problems = judge({
    ...on({ nodes: [], dnsReady: false, hasDefaultStorageClass: false }),
    takenPorts: [3000, 8000],
  })
  assert.is(problems.length, 6)
  for (const { message, cure } of problems) assert.ok(message.endsWith('.') && cure)
})

for (const [text, value] of [
  ['4', 4],
  ['1500m', 1.5],
  ['250000000n', 0.25],
  ['3920Mi', 3920 * MEBIBYTE],
  ['3900000Ki', 3900000 * 2 ** 10],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1G', 1e9],
  ['1e3', 1000],
  [2, 2],
  [undefined, 0],
] as const)
  test(`the quantity ${text} is ${value}`, () => {
    assert.ok(Math.abs(quantity(text) - value) < 1e-9)
  })

test.run()
