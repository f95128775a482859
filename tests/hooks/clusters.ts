import type { Answers } from './recording-kubectl.ts'

const json = (value: unknown) => ({ stdout: JSON.stringify(value) })
const list = (kind: string, ...items: object[]) => json({ items: items.map((item) => ({ kind, ...item })) })

const context = (name: string, server: string) => ({
  context: { name, context: { cluster: name } },
  cluster: { name, cluster: { server } },
})

/** The kubeconfig: contexts by name, each with its server. */
export function kubeconfig(servers: Readonly<Record<string, string>>): Answers {
  const all = Object.entries(servers).map(([name, server]) => context(name, server))
  return {
    'config view': json({
      contexts: all.map(({ context }) => context),
      clusters: all.map(({ cluster }) => cluster),
    }),
  }
}

export function node(name: string, { ready = true, cpu = '4', memory = '6144Mi' } = {}) {
  return {
    metadata: { name },
    status: {
      allocatable: { cpu, memory },
      conditions: [
        { type: 'DiskPressure', status: 'False' },
        { type: 'Ready', status: ready ? 'True' : 'Unknown' },
      ],
    },
  }
}

export const nodes = (...all: ReturnType<typeof node>[]): Answers => ({ 'get nodes': list('Node', ...all) })

export const storageClasses = (...isDefault: boolean[]): Answers => ({
  'get storageclasses': list(
    'StorageClass',
    ...isDefault.map((yes, n) => ({
      metadata: {
        name: `class-${n}`,
        annotations: { 'storageclass.kubernetes.io/is-default-class': String(yes) },
      },
    })),
  ),
})

export const ingressClasses = (...isDefault: boolean[]): Answers => ({
  'get ingressclasses': list(
    'IngressClass',
    ...isDefault.map((yes, n) => ({
      metadata: {
        name: `class-${n}`,
        annotations: { 'ingressclass.kubernetes.io/is-default-class': String(yes) },
      },
    })),
  ),
})

/** The aggregated API that the metrics-server serves. */
export const metrics = (available: 'True' | 'False'): Answers => ({
  'get apiservices': list('APIService', {
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    status: { conditions: [{ type: 'Available', status: available }] },
  }),
})

export const dns = (...ready: boolean[]): Answers => ({
  'get endpointslices': list('EndpointSlice', {
    metadata: { name: 'kube-dns-x', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    endpoints: ready.map((one) => ({ conditions: { ready: one } })),
  }),
})

/** Running pods of other namespaces, by what they request. */
export const pods = (
  ...requests: { cpu: string; memory: string; phase?: string; namespace?: string; scheduled?: boolean }[]
): Answers => ({
  'get pods': list(
    'Pod',
    ...requests.map(({ phase = 'Running', namespace = 'kube-system', scheduled = true, ...wanted }) => ({
      metadata: { name: 'somebody', namespace },
      spec: {
        ...(scheduled ? { nodeName: 'minikube' } : {}),
        containers: [{ resources: { requests: wanted } }, {}],
      },
      status: { phase },
    })),
  ),
})

export const service = (namespace: string, name: string, nodePort: number): Answers => ({
  'get services': list('Service', { metadata: { namespace, name }, spec: { ports: [{ nodePort }] } }),
})

export const namespace = (phase: 'Active' | 'Terminating'): Answers => ({
  'get namespace todo': json({ metadata: { name: 'todo' }, status: { phase } }),
  'get namespaces': list('Namespace', { metadata: { name: 'todo' }, status: { phase } }),
})

/** The database's volume, from an earlier run. */
export const DATA: Answers = {
  'get persistentvolumeclaim data-postgres-0': json({ metadata: { name: 'data-postgres-0' } }),
  'get persistentvolumeclaims': list('PersistentVolumeClaim', {
    metadata: { name: 'data-postgres-0', namespace: 'todo' },
  }),
}

/** PostgreSQL's StatefulSet and the claim that it made, of these sizes. */
export const storage = (template: string | undefined, claim: string): Answers => {
  const volume = (size: string) => ({ spec: { resources: { requests: { storage: size } } } })
  const named = (name: string) => ({ metadata: { name, namespace: 'todo' } })
  return {
    'get persistentvolumeclaims': list('PersistentVolumeClaim', {
      ...named('data-postgres-0'),
      ...volume(claim),
    }),
    'get statefulsets': list(
      'StatefulSet',
      ...(template ? [{ ...named('postgres'), spec: { volumeClaimTemplates: [volume(template)] } }] : []),
    ),
  }
}

/** The Secret as somebody made it. */
export const secret = (values: Readonly<Record<string, string>>): Answers => ({
  'get secret todo-secrets': json({
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  }),
})

/** A fresh Minikube: fit, and with nothing of ours in it. */
export const FRESH: Answers = {
  ...kubeconfig({ minikube: 'https://127.0.0.1:32771', production: 'https://api.example.com:6443' }),
  ...nodes(node('minikube')),
  ...storageClasses(true),
  ...dns(true),
  ...pods({ cpu: '750m', memory: '170Mi' }),
  ...service('default', 'kubernetes', 31000),
}
