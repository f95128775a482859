import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diagnose } from '../../../lib/diagnosis/diagnose.ts'
import type { Facts } from '../../../lib/diagnosis/facts.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { causes as own } from '../../../stack/causes.ts'
import { ago, container, ended, event, facts, lines, pod, waiting } from './facts.ts'

const test = suite('from facts to root causes')
const causes = (change: Partial<Facts>) =>
  diagnose(facts(change), own).map(({ cause, where }) => `${cause} ${where}`)
const unready = (change = {}) =>
  container({ ready: false, started: true, state: { is: 'running', since: ago(20) }, ...change })
const backend = (...containers: Parameters<typeof pod>[0]) => ({
  pods: [pod(containers, { readySince: ago(60) })],
})
const refused = (refusal: string) => ({
  workloads: [{ name: 'deployment/backend', refusal, stuck: undefined }],
})
const unschedulable = (message: string, seconds = 5) => ({
  pods: [
    pod([], {
      ready: false,
      phase: 'Pending',
      unschedulable: { message, since: ago(seconds) },
      claims: ['data'],
    }),
  ],
})
const killed = { code: 137, reason: 'OOMKilled', message: '', at: ago(1) }

const broken: Record<string, [Partial<Facts>, string]> = {
  'a node that is away': [
    {
      nodes: [
        { name: 'minikube', ready: false, message: 'Kubelet stopped posting node status.', pressures: [] },
      ],
    },
    'node-not-ready node/minikube',
  ],
  'a node whose disk is full': [
    { nodes: [{ name: 'minikube', ready: true, message: '', pressures: ['DiskPressure'] }] },
    'disk-full node/minikube',
  ],
  'a pod that was thrown out': [
    {
      pods: [
        pod([], {
          ready: false,
          phase: 'Failed',
          evicted: 'The node was low on resource: ephemeral-storage.',
        }),
      ],
    },
    'disk-full deployment/backend',
  ],
  'no DNS': [{ dnsReady: false }, 'dns-down service/kube-dns'],
  'a quota': [
    refused(
      'pods "b-1" is forbidden: exceeded quota: small, requested: requests.cpu=100m, used: requests.cpu=1, limited: requests.cpu=1',
    ),
    'quota-exceeded deployment/backend',
  ],
  'Pod Security': [
    refused(
      'pods "b-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "b" must set it)',
    ),
    'pod-security deployment/backend',
  ],
  'too little memory': [
    unschedulable('0/1 nodes are available: 1 Insufficient memory. preemption: no.'),
    'unschedulable deployment/backend',
  ],
  'a taint': [
    unschedulable(
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: no.',
    ),
    'unschedulable deployment/backend',
  ],
  'an unbound volume': [
    {
      ...unschedulable('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
      claims: [{ name: 'data', bound: false, since: ago(5), storageClass: undefined }],
    },
    'volume-unbound deployment/backend',
  ],
  'a missing image': [backend(waiting('ImagePullBackOff')), 'image-missing deployment/backend'],
  'a missing key': [
    backend(waiting('CreateContainerConfigError', "couldn't find key A in Secret todo/s")),
    'secret-key-missing deployment/backend',
  ],
  'a missing Secret': [
    {
      ...backend(waiting('ContainerCreating')),
      events: [
        event('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "todo-secrets" not found'),
      ],
    },
    'secret-missing deployment/backend',
  ],
  'a mount that the node does not have': [
    {
      ...backend(waiting('ContainerCreating')),
      events: [
        event(
          'FailedMount',
          'MountVolume.SetUp failed for volume "sources" : hostPath type check failed: /src is not a directory',
        ),
      ],
    },
    'volume-not-mounted deployment/backend',
  ],
  'a missing command': [
    backend(
      waiting(
        'RunContainerError',
        'OCI runtime create failed: exec: "uvicor": executable file not found in $PATH: unknown',
      ),
    ),
    'command-not-found deployment/backend',
  ],
  'a foreign processor': [
    backend(waiting('RunContainerError', 'exec: "python": exec format error')),
    'wrong-architecture deployment/backend',
  ],
  'too much memory': [
    backend(container({ ready: false, state: { is: 'ended', ...killed }, memoryLimit: '64Mi' })),
    'out-of-memory deployment/backend',
  ],
  'a first bad end': [backend(ended('goodbye')), 'crash deployment/backend'],
  'a loop of good ends': [
    backend(
      container({
        ready: false,
        state: { is: 'waiting', reason: 'CrashLoopBackOff', message: '' },
        last: { ...killed, code: 0, reason: 'Completed' },
      }),
    ),
    'crash deployment/backend',
  ],
  'a broken init container': [
    backend(ended('no recipe', { name: 'seed', init: true }), waiting('PodInitializing')),
    'crash deployment/backend (seed)',
  ],
  'a broken migration': [
    backend(ended('DuplicateTable', { name: 'migrate', init: true }), waiting('PodInitializing')),
    'migration-failed deployment/backend (migrate)',
  ],
  'a wrong password in the migration': [
    backend(
      ended('password authentication failed for user "todo"', { name: 'migrate', init: true }),
      waiting('PodInitializing'),
    ),
    'database-password deployment/backend (migrate)',
  ],
  'a server that says why it is not ready': [
    backend(unready({ answer: { status: 503, body: '{"cause":"the moon is full"}' } })),
    'probe-failing deployment/backend',
  ],
  'a server that was ready': [
    { pods: [pod([unready({ state: { is: 'running', since: ago(600) } })], { readySince: ago(1) })] },
    'probe-failing deployment/backend',
  ],
  'a reloader whose program is broken': [
    {
      ...backend(
        unready({
          state: { is: 'running', since: ago(3) },
          lines: lines(
            'Traceback (most recent call last):\n  File "/app/app/main.py", line 12\nSyntaxError: invalid syntax',
          ),
        }),
      ),
      events: [event('Unhealthy', 'Readiness probe failed: context deadline exceeded')],
    },
    'program-broken deployment/backend',
  ],
  'a container that liveness kills': [
    {
      ...backend(container({ probes: { liveness: { asks: 'GET :8000/health/live', patience: 3_000 } } })),
      events: [
        event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500'),
        event('Killing', 'Container backend failed liveness probe, will be restarted'),
      ],
    },
    'probe-failing deployment/backend',
  ],
  'a refused model key': [
    backend(
      container({ lines: lines('The assistant failed: The model refused the key: check OPENAI_API_KEY.') }),
    ),
    'model-key-refused deployment/backend',
  ],
  'a rollout that nobody can explain': [
    { workloads: [{ name: 'deployment/backend', refusal: undefined, stuck: 'has timed out progressing' }] },
    'rollout-stuck deployment/backend',
  ],
}
for (const [what, [change, expected]] of Object.entries(broken))
  test(`${what} is named`, () => {
    assert.equal(causes(change), [expected])
  })

const well: Record<string, Partial<Facts>> = {
  'a ready pod': backend(container()),
  'a server that does not listen yet': {
    ...backend(unready()),
    events: [
      event('Unhealthy', 'Readiness probe failed: dial tcp 10.0.0.1:8000: connect: connection refused'),
    ],
  },
  'a server that is being probed for its start': backend(
    unready({
      started: false,
      state: { is: 'running', since: ago(90) },
      probes: { startup: { asks: 'GET :1/', patience: 120_000 } },
    }),
  ),
  'a restart long ago': backend(container({ last: { ...killed, at: ago(3700) } })),
  'a restart with the node': backend(
    unready({
      state: { is: 'running', since: ago(2) },
      last: { ...killed, code: 255, reason: 'Error', at: ago(60) },
    }),
  ),
  'a pod that only just waits for a node': unschedulable(
    '0/1 nodes are available: 1 Insufficient cpu. no.',
    1,
  ),
  'a claim whose volume is being made': {
    ...unschedulable('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
    claims: [{ name: 'data', bound: false, since: ago(4), storageClass: 'standard' }],
  },
  'an evicted pod that was replaced': {
    pods: [
      pod([container()]),
      pod([], { ready: false, phase: 'Failed', evicted: 'The node was low on resource: memory.' }),
    ],
  },
  'a Secret that came a moment later': {
    ...backend(waiting('ContainerCreating')),
    keys: new Map([['Secret/todo-secrets', ['A']]]),
    events: [
      event('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "todo-secrets" not found'),
    ],
  },
  'a server that waits for the migration of another': {
    pods: [
      pod(
        [
          unready({
            name: 'mcp',
            answer: {
              status: 503,
              body: '{"cause":"The schema is at no revision, 1 is needed: migrate it."}',
            },
          }),
        ],
        { workload: 'deployment/mcp', name: 'mcp-1', readySince: ago(60) },
      ),
      pod([
        container({ name: 'migrate', init: true, ready: false, state: { is: 'running', since: ago(3) } }),
        waiting('PodInitializing'),
      ]),
    ],
  },
  'a node that the API server does not know to have the pod yet': {
    ...backend(waiting('ContainerCreating')),
    events: [
      event(
        'FailedMount',
        `MountVolume.SetUp failed for volume "kube-api-access-8vp5d" : failed to fetch token: serviceaccounts "default" is forbidden: User "system:node:minikube" cannot create resource "serviceaccounts/token" in API group "" in the namespace "todo": no relationship found between node 'minikube' and this object`,
      ),
    ],
  },
}
for (const [what, change] of Object.entries(well))
  test(`no finding: ${what}`, () => {
    assert.equal(causes(change), [])
  })

const postgres = (...containers: Parameters<typeof pod>[0]) =>
  pod(containers, { name: 'postgres-0', workload: 'statefulset/postgres', readySince: ago(60) })

test('a pod of the loop, which counts as ready, is asked whether it is', () => {
  const loop = { probes: { startup: { asks: 'GET :8000/health/ready', patience: 3_600_000 } } }
  const body = JSON.stringify({ cause: 'Does not start: SyntaxError: invalid syntax (app/main.py:12)' })
  const said = lines('  File "/app/app/main.py", line 12\n    def x(:\nSyntaxError: invalid syntax')
  const broken = container({ ...loop, lines: said, answer: { status: 503, body } })
  assert.equal(causes(backend(broken)), ['program-broken deployment/backend'])
  assert.equal(causes(backend(container({ ...loop, answer: { status: 200, body: '{}' } }))), [])
  const state = { is: 'running', since: ago(20) } as const
  const starting = { ...loop, ready: false, started: false, state }
  const refused = { status: 503, body: '{"cause":"the moon is full"}' }
  assert.equal(causes(backend(container({ ...starting, answer: refused }))), [
    'probe-failing deployment/backend',
  ])
  assert.equal(causes(backend(container(starting))), [])
})

test('a database that cannot start explains what its clients say', () => {
  const client = ended('The database is still away after 60 s', { name: 'migrate', init: true })
  const database = waiting('ErrImageNeverPull')
  assert.equal(causes({ pods: [pod([client]), postgres({ ...database, name: 'postgres' })] }), [
    'image-missing statefulset/postgres',
  ])
})

test('while the database starts, its clients may wait', () => {
  const client = unready({ answer: { status: 503, body: 'The database does not answer: refused' } })
  const database = unready({ name: 'postgres', probes: {} })
  assert.equal(causes({ pods: [pod([client], { readySince: ago(60) }), postgres(database)] }), [])
})

test('a database that has just begun to answer, or whose pod is still being made, leaves its clients a moment', () => {
  const client = pod([unready({ answer: { status: 503, body: 'The database does not answer: refused' } })], {
    readySince: ago(60),
  })
  const database = (seconds: number) => ({
    ...postgres(container({ name: 'postgres' })),
    readySince: ago(seconds),
  })
  assert.equal(causes({ pods: [client, database(3)] }), [])
  assert.equal(causes({ pods: [client, database(20)] }), ['database-refused deployment/backend'])
  const made = (replicas: number) => [
    { name: 'statefulset/postgres', refusal: undefined, stuck: undefined, replicas },
  ]
  assert.equal(causes({ pods: [client], workloads: made(1) }), [])
  assert.equal(causes({ pods: [client], workloads: made(0) }), ['database-refused deployment/backend'])
})

test('a service that cannot start explains what those say that call it', () => {
  const client = ended('Error: connect ECONNREFUSED 10.96.3.4:8001')
  const mcp = { ...waiting('ErrImagePull'), name: 'mcp' }
  const beside = pod([mcp], { name: 'mcp-1', workload: 'deployment/mcp', ready: false })
  assert.equal(causes({ pods: [pod([client]), beside] }), ['image-missing deployment/mcp'])
  assert.equal(causes(backend(client)), ['service-refused deployment/backend'])
})

test('what its clients are refused is no cause of a server’s own failure', () => {
  const server = postgres(
    ended('FATAL:  password authentication failed for user "todo"', { name: 'postgres' }),
  )
  assert.equal(causes({ pods: [server] }), ['crash statefulset/postgres'])
})

test('without DNS, nobody is blamed for a name', () => {
  assert.equal(causes({ dnsReady: false, ...backend(ended('Error: getaddrinfo EAI_AGAIN postgres')) }), [
    'dns-down service/kube-dns',
  ])
})

test('of a program that a signal ended, says which', () => {
  const [finding] = diagnose(facts(backend(ended('', {}, 139))), own)
  assert.match(finding?.message ?? '', /crashed: exit code 139 \(SIGSEGV\)\.$/)
})

test('two replicas that fail alike are one finding, and no stuck rollout beside it', () => {
  const stuck = [{ name: 'deployment/backend', refusal: undefined, stuck: 'has timed out progressing' }]
  const pods = [pod([ended('x')], { name: 'backend-1' }), pod([ended('x')], { name: 'backend-2' })]
  assert.equal(causes({ workloads: stuck, pods }), ['crash deployment/backend'])
})

for (const [workload, folder] of [
  ['frontend', 'apps/frontend/src/server/auth-options.ts'],
  ['backend', 'apps/backend/migrations'],
] as const)
  test(`a migration of the ${workload} that failed is cured where it is written`, () => {
    const migrate = ended('it says why', { name: 'migrate', init: true })
    const pods = [pod([migrate], { workload: `deployment/${workload}`, name: `${workload}-1` })]
    const [found] = diagnose(facts({ pods }), own)
    assert.is(found?.cause, 'migration-failed')
    assert.match(found?.cure ?? '', folder)
    assert.ok(existsSync(join(CHECKOUT, folder)))
  })

test('the most fundamental comes first', () => {
  const mcp = pod([ended('x', { name: 'mcp' })], { workload: 'deployment/mcp', name: 'mcp-1' })
  assert.equal(causes({ pods: [mcp, ...backend(waiting('ErrImagePull')).pods] }), [
    'image-missing deployment/backend',
    'crash deployment/mcp',
  ])
})

test.run()
