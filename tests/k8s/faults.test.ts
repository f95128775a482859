import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faults } from '../../k8s/checks.ts'
import type { Manifest } from '../../k8s/manifest.ts'
import { type Manifests, manifests } from '../../k8s/manifests.ts'
import { DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('faults between objects')

type Path = readonly (string | number)[]
const CONTAINER = ['spec', 'template', 'spec', 'containers', 0]

/** @returns a copy of the value with one place of it changed; undefined takes the place out */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
  const place = copy as Record<string | number, unknown>
  place[key] = changed(place[key], rest, to)
  return copy
}

/** The stack that has an object of each kind. */
const WHOLE = manifests(settingsOf({ EXPOSE: 'ingress', AUTOSCALE_UP_TO: '3' }), 'run')

/** The stack with one object changed in one place. */
function broken(kind: string, name: string, path: Path, to: unknown): Manifests {
  let found = false
  const breaking = (manifest: Manifest): Manifest => {
    if (manifest.kind !== kind || manifest.metadata?.name !== name) return manifest
    found = true
    return Object.assign(Object.create(manifest), { toJSON: () => changed(manifest.toJSON(), path, to) })
  }
  const result = new Map([...WHOLE].map(([file, all]) => [file, all.map(breaking)]))
  assert.ok(found, `there is a ${kind} ${name}`)
  return result
}

for (const [what, kind, name, path, to, expected] of [
  [
    'a Service that selects nothing',
    'Service',
    'mcp',
    ['spec', 'selector'],
    { app: 'mcp' },
    /^Service mcp selects the pods of 0 workloads/,
  ],
  [
    'a Service without a selector',
    'Service',
    'mcp',
    ['spec', 'selector'],
    undefined,
    /^Service mcp selects the pods of 0 workloads/,
  ],
  [
    'a Service that selects everything',
    'Service',
    'mcp',
    ['spec', 'selector'],
    { 'app.kubernetes.io/part-of': 'todo' },
    /^Service mcp selects the pods of 5 workloads/,
  ],
  [
    'a Service that leads to a name no port has',
    'Service',
    'backend',
    ['spec', 'ports', 0, 'targetPort'],
    'https',
    /^Service backend leads to port https, which no container/,
  ],
  [
    'a Service that leads to a number no port has',
    'Service',
    'backend',
    ['spec', 'ports', 0, 'targetPort'],
    8080,
    /^Service backend leads to port 8080, which no container/,
  ],
  [
    'a Deployment that does not select its own pods',
    'Deployment',
    'backend',
    ['spec', 'selector', 'matchLabels', 'app.kubernetes.io/name'],
    'api',
    /^Deployment backend does not select the labels of its own pods/,
  ],
  [
    'a key that its ConfigMap does not have',
    'ConfigMap',
    'todo-config',
    ['data'],
    { LOG_LEVEL: 'info' },
    /^Deployment backend reads MCP_URL from key MCP_URL of ConfigMap todo-config, which does not exist/,
  ],
  [
    'another ConfigMap',
    'Deployment',
    'assistant-stub',
    [...CONTAINER, 'env', 2, 'valueFrom', 'configMapKeyRef', 'name'],
    'other',
    /^Deployment assistant-stub reads LOG_LEVEL from key LOG_LEVEL of ConfigMap other, which does not exist/,
  ],
  [
    'a secret in the environment',
    'Deployment',
    'mcp',
    [...CONTAINER, 'env', 0, 'valueFrom'],
    { secretKeyRef: { name: 'todo-secrets', key: 'DATABASE_URL' } },
    /^Deployment mcp reads SECRETS_DIR from a Secret into its environment/,
  ],
  [
    'a key that its Secret does not have',
    'Deployment',
    'mcp',
    ['spec', 'template', 'spec', 'volumes', 1, 'secret', 'items', 0, 'key'],
    'OPENAI_API_KEY',
    /^Deployment mcp mounts key OPENAI_API_KEY of Secret todo-secrets, which nothing provides/,
  ],
  [
    'another Secret',
    'StatefulSet',
    'postgres',
    ['spec', 'template', 'spec', 'volumes', 2, 'secret', 'secretName'],
    'other',
    /^StatefulSet postgres mounts key POSTGRES_PASSWORD of Secret other, which nothing provides/,
  ],
  [
    'a volume that the pod does not have',
    'Deployment',
    'frontend',
    ['spec', 'template', 'spec', 'volumes'],
    [],
    /^Deployment frontend mounts volume tmp, which its pod does not have/,
  ],
  [
    'a claim that the set does not make',
    'StatefulSet',
    'postgres',
    ['spec', 'volumeClaimTemplates', 0, 'metadata', 'name'],
    'files',
    /^StatefulSet postgres mounts volume data, which its pod does not have/,
  ],
  [
    'an init container that mounts what is not there',
    'Deployment',
    'backend',
    ['spec', 'template', 'spec', 'initContainers', 0, 'volumeMounts', 0, 'name'],
    'gone',
    /^Deployment backend mounts volume gone, which its pod does not have/,
  ],
  [
    'a PodDisruptionBudget of nothing',
    'PodDisruptionBudget',
    'frontend',
    ['spec', 'selector', 'matchLabels', 'app.kubernetes.io/name'],
    'web',
    /^PodDisruptionBudget frontend selects no pod of the stack/,
  ],
  [
    'a NetworkPolicy of nothing',
    'NetworkPolicy',
    'mcp',
    ['spec', 'podSelector', 'matchLabels', 'app.kubernetes.io/name'],
    'tools',
    /^NetworkPolicy mcp selects no pod of the stack/,
  ],
  [
    'a NetworkPolicy that lets in who does not exist',
    'NetworkPolicy',
    'mcp',
    ['spec', 'ingress', 0, 'from', 0, 'podSelector', 'matchLabels', 'app.kubernetes.io/name'],
    'api',
    /^NetworkPolicy mcp names pods .*"api".*, which do not exist/,
  ],
  [
    'a NetworkPolicy that lets out to who does not exist',
    'NetworkPolicy',
    'frontend',
    ['spec', 'egress', 1, 'to', 0, 'podSelector', 'matchLabels', 'app.kubernetes.io/name'],
    'api',
    /^NetworkPolicy frontend names pods .*"api".*, which do not exist/,
  ],
  [
    'a NetworkPolicy that lets in to a port nobody opens',
    'NetworkPolicy',
    'frontend-visitors',
    ['spec', 'ingress', 0, 'ports', 0, 'port'],
    80,
    /^NetworkPolicy frontend-visitors leads to port 80, which no container/,
  ],
  [
    "a NetworkPolicy that lets out to another's port",
    'NetworkPolicy',
    'frontend',
    ['spec', 'egress', 1, 'ports', 0, 'port'],
    8001,
    /^NetworkPolicy frontend leads to port 8001, which no container/,
  ],
  [
    'an Ingress to no Service',
    'Ingress',
    'frontend',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'],
    'web',
    /^Ingress frontend leads to port http of Service web, which does not exist/,
  ],
  [
    'an Ingress to a port that its Service does not have',
    'Ingress',
    'frontend',
    ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'port'],
    { number: 80 },
    /^Ingress frontend leads to port 80 of Service frontend, which does not exist/,
  ],
  [
    'an autoscaler of nothing',
    'HorizontalPodAutoscaler',
    'mcp',
    ['spec', 'scaleTargetRef', 'kind'],
    'StatefulSet',
    /^HorizontalPodAutoscaler mcp scales StatefulSet mcp, which does not exist/,
  ],
  [
    'an object without a namespace',
    'Service',
    'frontend',
    ['metadata', 'namespace'],
    undefined,
    /^Service frontend has no namespace/,
  ],
] as [string, string, string, Path, unknown, RegExp][])
  test(`${what} is found`, () => {
    const found = faults(broken(kind, name, path, to), DEFAULTS)
    assert.ok(
      found.some((sentence) => expected.test(sentence)),
      found.join('\n') || 'nothing was found',
    )
  })

test('a stack with an object of each kind has none', () => {
  assert.equal(faults(WHOLE, DEFAULTS), [])
})

test('each fault is one sentence, and only the broken object is named', () => {
  assert.is(faults(broken('Service', 'frontend', ['metadata', 'namespace'], undefined), DEFAULTS).length, 1)
})

test.run()
