import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { containerSecurity, podIsolation, podSecurity, USER } from '../../k8s/pod.ts'
import { NAMES } from '../k8s/main-stack.ts'
import { CONTEXT, deploy, inNamespace, kubectl, SERVICES } from './cluster.ts'
import { copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { dial, type Origin, type Target } from './dial.ts'

const test = suite('connections between pods')

/** A namespace without policies, for who is no part of the stack. */
const ELSEWHERE = 'todo-network-test'
const STRANGER: Origin = { namespace: ELSEWHERE, pod: 'stranger', has: 'node' }
/** In the stack's namespace, under a name that no policy knows. */
const NOBODY: Origin = { namespace: NAMES.namespace, pod: 'nobody', has: 'node' }
const PORT = 8080

const here = (pod: string, has: Origin['has']): Origin => ({ namespace: NAMES.namespace, pod, has })
const ORIGINS: Readonly<Record<string, Origin>> = {
  frontend: here('deployment/frontend', 'node'),
  backend: here('deployment/backend', 'python'),
  mcp: here('deployment/mcp', 'python'),
  'assistant-stub': here('deployment/assistant-stub', 'node'),
  postgres: here('statefulset/postgres', 'bash'),
  nobody: NOBODY,
  stranger: STRANGER,
}

/** Who may open connections to what. Everything else is forbidden. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  frontend: ['backend', 'postgres', 'DNS'],
  backend: ['mcp', 'assistant-stub', 'postgres', 'frontend', 'DNS'],
  mcp: ['postgres', 'frontend', 'DNS'],
  'assistant-stub': [],
  postgres: [],
  nobody: [],
  // That these are open shows that somebody listens there: who is refused, is refused by a policy.
  stranger: ['frontend', 'the NodePort', 'another namespace', 'DNS', 'the API server', 'outside the pods'],
}

interface Path {
  readonly from: string
  readonly to: string
  readonly opened: boolean
}

const { enforced, paths } = await measured()

for (const { from, to, opened } of paths)
  if (OPEN[from]?.includes(to)) test(`${from} → ${to} is open`, () => assert.ok(opened))

const forbidden = paths.filter(({ from, to }) => !OPEN[from]?.includes(to))
for (const { from, to, opened } of forbidden)
  (enforced ? test : test.skip)(`${from} → ${to} is refused`, () => assert.ok(!opened))
if (!enforced)
  console.log(
    `\nnot run: ${forbidden.length} forbidden connections, because the network plugin of ${CONTEXT} does not enforce NetworkPolicies`,
  )

test.run()

/** Tries every path. Policies take effect a moment after a pod has come: it is looked again until all is as it should be. */
async function measured(): Promise<{ enforced: boolean; paths: readonly Path[] }> {
  const copy = await copyCheckout()
  try {
    await copy.settings(`KUBE_CONTEXT=${CONTEXT}`)
    await deploy(copy)
    await bringStrangers()
    const enforced = await policiesAreEnforced()
    const targets = await allTargets()
    let paths: readonly Path[] = []
    const wrong = ({ from, to, opened }: Path) => (OPEN[from]?.includes(to) ? !opened : enforced && opened)
    const look = async () => {
      paths = await tried(targets)
      return !paths.some(wrong)
    }
    // What is still wrong then, the tests name.
    await eventually('each path as it should be', PATIENCE, look).catch(() => undefined)
    return { enforced, paths }
  } finally {
    await inNamespace('delete', 'pod', NOBODY.pod, '--ignore-not-found', '--now')
    await kubectl(['delete', 'namespace', ELSEWHERE, '--ignore-not-found', '--wait=false'])
    await copy.remove()
  }
}

async function tried(targets: ReadonlyMap<string, Target>): Promise<Path[]> {
  const of = async ([from, origin]: [string, Origin]) => {
    // A pod may always call itself; only strangers come by the NodePort.
    const tries = [...targets].filter(([to]) => to !== from && (to !== 'the NodePort' || from === 'stranger'))
    const opened = await dial(
      origin,
      tries.map(([, target]) => target),
    )
    return tries.map(([to], index) => ({ from, to, opened: opened[index] ?? false }))
  }
  return (await Promise.all(Object.entries(ORIGINS).map(of))).flat()
}

/** Where connections are tried to, by what is there. */
async function allTargets(): Promise<Map<string, Target>> {
  const ask = async <Answer>(...words: string[]) =>
    JSON.parse(await kubectl([...words, '-o', 'json'])) as Answer
  const service = async (name: string, namespace: string, port: number) => {
    const words = ['get', 'service', name, `--namespace=${namespace}`]
    return { address: (await ask<{ spec: { clusterIP: string } }>(...words)).spec.clusterIP, port }
  }
  const walled = await ask<{ status: { podIP: string } }>('get', 'pod', 'open', `--namespace=${ELSEWHERE}`)
  const { items: slices } = await ask<{
    items: { endpoints: { addresses: [string] }[]; ports: { port: number }[] }[]
  }>('get', 'endpointslices', '--namespace=default', '--selector=kubernetes.io/service-name=kubernetes')
  const { items: nodes } = await ask<{
    items: { status: { addresses: { type: string; address: string }[] } }[]
  }>('get', 'nodes')
  const node = nodes[0]?.status.addresses.find(({ type }) => type === 'InternalIP')?.address
  const api = { address: slices[0]?.endpoints[0]?.addresses[0], port: slices[0]?.ports[0]?.port }
  const nodePort = SERVICES.find(({ nodePort }) => nodePort)?.nodePort
  if (!node || !api.address || !api.port || !nodePort)
    throw new Error('The cluster names no address of its own')
  return new Map([
    ...(await Promise.all(
      [...SERVICES, { name: 'postgres', port: 5432 }].map(
        async ({ name, port }) => [name, await service(name, NAMES.namespace, port)] as const,
      ),
    )),
    ['the NodePort', { address: node, port: nodePort }],
    ['another namespace', { address: walled.status.podIP, port: PORT }],
    ['DNS', await service('kube-dns', 'kube-system', 53)],
    ['the API server', await service('kubernetes', 'default', 443)],
    ['outside the pods', { address: api.address, port: api.port }],
  ])
}

/** Brings a pod of no policy into the stack's namespace, and three into one of their own: `walled` is for the next step. */
async function bringStrangers(): Promise<void> {
  await kubectl(['delete', 'namespace', ELSEWHERE, '--ignore-not-found', '--timeout=100s'])
  await inNamespace('delete', 'pod', NOBODY.pod, '--ignore-not-found', '--now')
  const image = await inNamespace(
    ...['get', 'deployment', 'frontend', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'],
  )
  const pod = (name: string, namespace: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      ...podIsolation,
      securityContext: podSecurity(USER),
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '--eval', `require('node:net').createServer((it) => it.end()).listen(${PORT})`],
          resources: { requests: { cpu: '1m', memory: '16Mi' }, limits: { cpu: '1', memory: '128Mi' } },
          securityContext: containerSecurity,
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
        },
      ],
    },
  })
  const pods = [
    pod(NOBODY.pod, NAMES.namespace),
    ...[STRANGER.pod, 'open', 'walled'].map((name) => pod(name, ELSEWHERE)),
  ]
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ELSEWHERE } }
  await create(namespace, ...pods)
  for (const { metadata } of pods)
    await kubectl(
      [
        'wait',
        `pod/${metadata.name}`,
        `--namespace=${metadata.namespace}`,
        '--for=condition=Ready',
        `--timeout=${PATIENCE}s`,
      ],
      { timeout: `${PATIENCE + 5}s` },
    )
}

/** Whether a policy that denies all is more than a wish in this cluster. */
async function policiesAreEnforced(): Promise<boolean> {
  const { podIP } = JSON.parse(
    await kubectl(['get', 'pod', 'walled', `--namespace=${ELSEWHERE}`, '-o', 'jsonpath={.status}']),
  ) as { podIP: string }
  const opens = async () => (await dial(STRANGER, [{ address: podIP, port: PORT }]))[0]
  assert.ok(await opens(), 'without a policy, a stranger reaches the pod')
  await create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'walled', namespace: ELSEWHERE },
    spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'walled' } }, policyTypes: ['Ingress'] },
  })
  return eventually('the policy taking effect', 15, async () => !(await opens())).catch(() => false)
}

async function create(...items: object[]): Promise<void> {
  await kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
}
