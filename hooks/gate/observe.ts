import { DATA_CLAIM } from '../../k8s/database.ts'
import { NAMESPACE } from '../../k8s/names.ts'
import type { SecretValues } from '../../k8s/settings.ts'
import { holdCheckout } from '../../shell/checkout-marker.ts'
import { type Kubectl, KubectlError } from '../../shell/kubectl.ts'
import { Refusal } from '../../shell/refusal.ts'
import { answers } from '../../shell/tcp.ts'
import type { Cluster, Facts } from './facts.ts'
import { quantity } from './quantity.ts'

interface Meta {
  kind: string
  metadata: {
    name: string
    namespace?: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
  }
}
type Node = Meta & {
  status: { allocatable: Record<string, string>; conditions: { type: string; status: string }[] }
}
type Pod = Phased & {
  spec: { nodeName?: string; containers: { resources?: { requests?: Record<string, string> } }[] }
}
type Phased = Meta & { status: { phase: string } }
type Service = Meta & { spec: { ports?: { nodePort?: number }[] } }
type EndpointSlice = Meta & { endpoints?: { conditions?: { ready?: boolean } }[] | null }

interface Wanted {
  readonly ports: readonly number[]
  readonly nodePorts: readonly number[]
  readonly mountedSources: boolean
}

/**
 * Looks at a cluster and at this machine; changes nothing.
 *
 * @param wanted `ports` have to be free on this machine, `nodePorts` in the cluster; `mountedSources` has the nodes looked at
 */
export async function observe(
  kubectl: Kubectl,
  context: string,
  given: SecretValues,
  { ports, nodePorts, mountedSources }: Wanted,
): Promise<Facts> {
  const server = await apiServer(kubectl, context)
  const [seen, taken, externalDatabase] = await Promise.all([
    server === undefined ? undefined : observeCluster(kubectl, nodePorts),
    Promise.all(ports.map(async (port) => ((await isTaken(port)) ? [port] : []))),
    given.DATABASE_URL ? observeDatabase(new URL(given.DATABASE_URL)) : undefined,
  ])
  const cluster = typeof seen === 'object' ? seen : undefined
  return {
    context,
    server,
    cluster,
    refusal: typeof seen === 'string' ? seen : undefined,
    takenPorts: taken.flat(),
    nodesHoldCheckout:
      mountedSources && cluster ? await holdCheckout(cluster.nodes.map(({ name }) => name)) : undefined,
    externalDatabase,
  }
}

async function apiServer(kubectl: Kubectl, context: string): Promise<string | undefined> {
  const config = JSON.parse(await kubectl(['config', 'view', '-o', 'json']).catch(unreadable)) as {
    contexts?: { name: string; context: { cluster: string } }[] | null
    clusters?: { name: string; cluster: { server: string } }[] | null
  }
  const name = config.contexts?.find((candidate) => candidate.name === context)?.context.cluster
  const server = config.clusters?.find((candidate) => candidate.name === name)?.cluster.server
  return server && new URL(server).hostname
}

function unreadable(error: unknown): never {
  if (!(error instanceof KubectlError)) throw error
  throw new Refusal(
    `The kubeconfig cannot be read: ${error.message}.`,
    'mend what kubectl config view complains of, or set KUBECONFIG to another file',
  )
}

/** Asked for in one call: each start of kubectl costs a tenth of a second. */
const KINDS = {
  Node: 'nodes',
  Pod: 'pods',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  StorageClass: 'storageclasses',
  Namespace: 'namespaces',
  PersistentVolumeClaim: 'persistentvolumeclaims',
} as const

/** @returns what kubectl said when the API server does not answer */
async function observeCluster(kubectl: Kubectl, nodePorts: readonly number[]): Promise<Cluster | string> {
  try {
    const words = ['get', Object.values(KINDS).join(','), '--all-namespaces', '-o', 'json']
    const { items } = JSON.parse(await kubectl(words, { timeout: '10s' })) as { items: Meta[] }
    const all = <Item extends Meta>(kind: keyof typeof KINDS) =>
      items.filter((item) => item.kind === kind) as Item[]
    // What waits for a node holds no room on one.
    const others = all<Pod>('Pod').filter(
      ({ metadata, spec, status }) =>
        metadata.namespace !== NAMESPACE &&
        spec.nodeName !== undefined &&
        !['Succeeded', 'Failed'].includes(status.phase),
    )
    const requested = (name: string) =>
      others
        .flatMap(({ spec }) => spec.containers)
        .reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0)
    const holder = all<Service>('Service').find(
      ({ metadata, spec }) =>
        metadata.namespace !== NAMESPACE &&
        spec.ports?.some(({ nodePort }) => nodePort !== undefined && nodePorts.includes(nodePort)),
    )
    return {
      nodes: all<Node>('Node').map(({ metadata, status }) => ({
        name: metadata.name,
        ready: status.conditions.some(
          (condition) => condition.type === 'Ready' && condition.status === 'True',
        ),
        cpuMillis: Math.round(quantity(status.allocatable.cpu) * 1000),
        memoryBytes: quantity(status.allocatable.memory),
      })),
      dnsReady: all<EndpointSlice>('EndpointSlice')
        .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'kube-dns')
        .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false)),
      hasDefaultStorageClass: all('StorageClass').some(
        ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
      ),
      dataClaimExists: all('PersistentVolumeClaim').some(
        ({ metadata }) => metadata.namespace === NAMESPACE && metadata.name === DATA_CLAIM,
      ),
      namespaceTerminating: all<Phased>('Namespace').some(
        ({ metadata, status }) => metadata.name === NAMESPACE && status.phase === 'Terminating',
      ),
      requested: { cpuMillis: Math.round(requested('cpu') * 1000), memoryBytes: requested('memory') },
      nodePortHolder: holder && `${holder.metadata.namespace}/${holder.metadata.name}`,
    }
  } catch (error) {
    if (error instanceof KubectlError) return error.message
    throw error
  }
}

async function observeDatabase(url: URL): Promise<{ host: string; answers: boolean }> {
  const port = Number(url.port || 5432)
  // Pods reach this machine under that name; this machine does not know it.
  const from = url.hostname === 'host.minikube.internal' ? '127.0.0.1' : url.hostname
  return { host: `${url.hostname}:${port}`, answers: await answers(from, port, 3_000) }
}

/** Skaffold has just ended its own forward when the hook runs again: one more look, half a second later. */
async function isTaken(port: number): Promise<boolean> {
  if (!(await answers('127.0.0.1', port, 500))) return false
  await new Promise((resolve) => setTimeout(resolve, 500))
  return answers('127.0.0.1', port, 500)
}
