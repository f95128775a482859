import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../k8s/manifests.ts'
import { quantity } from '../../k8s/quantity.ts'
import type { Profile, Settings } from '../../k8s/settings.ts'
import type { ClusterFacts, FitnessFacts, OwnCluster } from '../../lib/diagnosis/fitness/facts.ts'
import { requests } from '../../lib/diagnosis/fitness/room.ts'
import { misgivings, verdict } from '../../lib/diagnosis/fitness/verdict.ts'
import { DEFAULTS, settingsOf } from '../k8s/settings-of-every-kind.ts'

const test = suite('the verdict of the gate')
const MEBIBYTE = 2 ** 20
const WANTED = requests(manifests(DEFAULTS, 'run'))

const NODE = {
  name: 'minikube',
  ready: true,
  message: '',
  pressures: [],
  cpuMillis: 4000,
  memoryBytes: 6144 * MEBIBYTE,
}
const OWN: OwnCluster = {
  nodes: [NODE],
  dnsReady: true,
  requested: { cpuMillis: 750, memoryBytes: 170 * MEBIBYTE },
  nodePortHolder: undefined,
}
const CLUSTER: ClusterFacts = {
  hasDefaultStorageClass: true,
  hasDefaultIngressClass: false,
  hasMetrics: false,
  volumes: {},
  namespaceTerminating: false,
  own: OWN,
}
const HEALTHY: FitnessFacts = {
  context: 'minikube',
  server: '127.0.0.1',
  cluster: CLUSTER,
  refusal: undefined,
  takenPorts: [],
  nodesHoldCheckout: undefined,
  externalDatabase: undefined,
}

const on = (change: Partial<ClusterFacts>): Partial<FitnessFacts> => ({ cluster: { ...CLUSTER, ...change } })
const onOwn = (change: Partial<OwnCluster>) => on({ own: { ...OWN, ...change } })

function judge(change: Partial<FitnessFacts>, settings: Settings = DEFAULTS, profile: Profile = 'run') {
  return verdict({ ...HEALTHY, ...change }, settings, manifests(settings, profile), profile)
}

const volume = (size: string | undefined): Partial<ClusterFacts> => ({
  volumes: { postgres: { claimed: true, size } },
})

/** A cluster elsewhere, as KUBE_CONTEXT names it. */
const FAR = { context: 'far', server: 'api.example.com', ...on({ own: undefined }) }
const NAMED = settingsOf({ KUBE_CONTEXT: 'far' })

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
    onOwn({ nodes: [NODE, { ...NODE, name: 'm02', ready: false }] }),
    'Node m02 is not Ready.',
    'npm run cluster -- up — or look at: kubectl describe node m02',
  ],
  ['no DNS', onOwn({ dnsReady: false }), 'no working DNS', 'rollout status deployment/coredns'],
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
    onOwn({ nodePortHolder: 'shop/web' }),
    'NodePort of the page is held by Service shop/web',
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
] as [string, Partial<FitnessFacts>, string, string][])
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

for (const [name, address, host] of [
  ['OPENAI_BASE_URL', 'http://localhost:11434/v1', 'localhost'],
  ['OPENAI_BASE_URL', 'http://127.0.0.1:1234', '127.0.0.1'],
  ['OPENAI_BASE_URL', 'http://[::1]:8080/v1', '[::1]'],
  ['OPENAI_BASE_URL', 'http://0.0.0.0:8000/v1', '0.0.0.0'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318', 'localhost'],
  ['DATABASE_URL', 'postgresql://u:p@localhost/d', 'localhost'],
] as const)
  test(`${name} may not lead to ${host} in a cluster, where each pod is that itself`, () => {
    const model = name === 'OPENAI_BASE_URL' ? { OPENAI_MODEL: 'm', OPENAI_API_KEY: 'a-test' } : {}
    const externalDatabase =
      name === 'DATABASE_URL' ? { host: 'localhost:5432', answers: true } : HEALTHY.externalDatabase
    const [problem, ...others] = judge({ externalDatabase }, settingsOf({ ...model, [name]: address }))
    assert.equal(others, [])
    assert.is(problem?.message, `${name} leads to ${host}, which is for each pod the pod itself.`)
    assert.match(problem?.cure ?? '', 'host.minikube.internal')
  })

test('what leads out of the cluster may be anywhere else', () => {
  for (const host of ['host.minikube.internal:11434', 'localhost.example', '10.0.0.1', 'api.example.com'])
    assert.equal(
      judge(
        {},
        settingsOf({ OPENAI_BASE_URL: `http://${host}/v1`, OPENAI_MODEL: 'm', OPENAI_API_KEY: 'a-test' }),
      ),
      [],
    )
})

test('a remote context that the settings name is let through in profile remote', () => {
  assert.equal(judge(FAR, NAMED, 'remote'), [])
})

for (const profile of ['run', 'dev', 'synced'] as const)
  test(`it is refused in ${profile}, whose images never leave this machine, with the command that pushes them`, () => {
    const [problem, ...others] = judge(FAR, NAMED, profile)
    assert.equal(others, [])
    assert.match(problem?.message ?? '', `profile ${profile} pushes no image`)
    assert.match(problem?.cure ?? '', 'skaffold run -p remote --kube-context far --default-repo')
  })

test('a cluster of this machine may have any name that the settings give', () => {
  assert.equal(judge({ context: 'far', server: '127.0.0.1' }, NAMED, 'synced'), [])
})

test('profile remote goes to a context that is not local only if the settings name it', () => {
  const [problem] = judge(FAR, DEFAULTS, 'remote')
  assert.match(problem?.message ?? '', 'Context "far" (server api.example.com) is not a local cluster, and')
  assert.match(problem?.cure ?? '', 'put KUBE_CONTEXT=far into .env.local')
})

test('profile remote goes nowhere when Skaffold and the settings name different contexts', () => {
  const [problem] = judge({}, NAMED, 'remote')
  assert.match(
    problem?.message ?? '',
    'Skaffold deploys to context "minikube", but KUBE_CONTEXT names "far".',
  )
  assert.match(problem?.cure ?? '', '--kube-context far')
})

test('profile remote fits a local cluster too', () => {
  assert.equal(judge(on({ own: undefined }), DEFAULTS, 'remote'), [])
})

test('a remote cluster that cannot be reached is not cured by making a local one', () => {
  for (const facts of [
    { ...FAR, server: undefined },
    { ...FAR, cluster: undefined, refusal: 'kubectl get failed: timeout' },
  ])
    assert.not.match(judge(facts, NAMED, 'remote')[0]?.cure ?? 'cluster -- up', 'cluster -- up')
})

test('what one may not see is no reason to refuse, nor to warn', () => {
  const unseen = on({
    own: undefined,
    hasDefaultStorageClass: undefined,
    hasDefaultIngressClass: undefined,
    hasMetrics: undefined,
  })
  const settings = settingsOf({ EXPOSE: 'ingress' })
  assert.equal(judge(unseen, settings, 'remote'), [])
  assert.equal(misgivings({ ...HEALTHY, ...unseen }, manifests(settings, 'remote')), [])
})

test('an Ingress needs an ingress class that takes it, and nothing else does', () => {
  const settings = settingsOf({ EXPOSE: 'ingress' })
  const [problem] = judge({}, settings)
  assert.match(problem?.message ?? '', 'no default ingress class')
  assert.match(problem?.cure ?? '', 'minikube addons enable ingress')
  assert.equal(judge(on({ hasDefaultIngressClass: true }), settings), [])
})

test('autoscalers without metrics are warned of, and no reason to refuse', () => {
  const doubts = (cluster: Partial<FitnessFacts>, settings: Settings, profile: Profile) =>
    misgivings({ ...HEALTHY, ...cluster }, manifests(settings, profile))
  assert.match(doubts({}, DEFAULTS, 'remote')[0]?.message ?? '', 'serves no metrics.k8s.io')
  assert.equal(doubts(on({ hasMetrics: true }), DEFAULTS, 'remote'), [])
  assert.equal(doubts({}, settingsOf({ AUTOSCALE_UP_TO: '0' }), 'remote'), [])
  assert.equal(doubts({}, DEFAULTS, 'run'), [])
  assert.equal(doubts({ cluster: undefined }, DEFAULTS, 'remote'), [])
})

test('a context that is refused is not asked about its nodes', () => {
  assert.is(judge({ context: 'production', server: 'api.example.com', cluster: undefined }).length, 1)
})

test('a volume keeps its size, however it is written', () => {
  const settings = settingsOf({ STORAGE_SIZE: '2Gi' })
  for (const storage of ['2Gi', '2048Mi', undefined]) assert.equal(judge(on(volume(storage)), settings), [])
  const [problem, ...more] = judge(on(volume('1Gi')), settings)
  assert.equal(more, [])
  assert.match(problem?.message ?? '', 'STORAGE_SIZE is 2Gi, but the volume of postgres was made with 1Gi')
  assert.match(
    problem?.cure ?? '',
    /STORAGE_SIZE=1Gi .*npm run db -- backup, npm run down -- --data, npm run up/,
  )
})

test('the volume of a database that is elsewhere does not matter', () => {
  const settings = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  assert.equal(judge(on(volume('5Gi')), settings), [])
})

test('no storage class is no matter where the volume exists or the database is elsewhere', () => {
  assert.equal(judge(on({ hasDefaultStorageClass: false, ...volume(undefined) })), [])
  const external = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  const answering = { externalDatabase: { host: 'db.example:5432', answers: true } }
  assert.equal(judge({ ...on({ hasDefaultStorageClass: false }), ...answering }, external), [])
})

test('a cluster has room to the last millicore and byte, and not one less', () => {
  const left = (cpuMillis: number, memoryBytes: number) =>
    onOwn({ nodes: [{ ...NODE, cpuMillis, memoryBytes }], requested: { cpuMillis: 0, memoryBytes: 0 } })
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
  assert.match(judge(onOwn({ requested: busy }))[0]?.message ?? '', 'where 0m are free')
  const full = { cpuMillis: 0, memoryBytes: NODE.memoryBytes }
  assert.match(judge(onOwn({ requested: full }))[0]?.message ?? '', 'of memory where 0Mi are free')
})

test('the stack asks for the sum over its replicas', () => {
  assert.is(WANTED.cpuMillis, 2 * (100 + 100 + 50) + 25 + 100)
  const installer = 10
  assert.is(requests(manifests(DEFAULTS, 'dev')).cpuMillis, 100 + 100 + 50 + 25 + 100 + installer)
  const autoscaled = settingsOf({ AUTOSCALE_UP_TO: '9', REPLICAS: '3' })
  assert.is(requests(manifests(autoscaled, 'run')).cpuMillis, 3 * (100 + 100 + 50) + 25 + 100)
})

test('all that is wrong with a cluster is told at once, each with a cure', () => {
  const problems = judge({
    ...on({ hasDefaultStorageClass: false, own: { ...OWN, nodes: [], dnsReady: false } }),
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
