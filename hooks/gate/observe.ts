import { DATA_CLAIM } from '../../k8s/database.ts'
import { NAMESPACE } from '../../k8s/names.ts'
import { postgres } from '../../k8s/services.ts'
import type { Profile, SecretValues } from '../../k8s/settings.ts'
import { holdCheckout } from '../../shell/checkout-marker.ts'
import { type Kubectl, KubectlError } from '../../shell/kubectl.ts'
import { Refusal } from '../../shell/refusal.ts'
import { answers } from '../../shell/tcp.ts'
import type { Cluster, Facts, OwnCluster } from './facts.ts'
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
interface Condition {
  type: string
  status: string
}
type Node = Meta & { status: { allocatable: Record<string, string>; conditions: Condition[] } }
type Pod = Phased & {
  spec: { nodeName?: string; containers: { resources?: { requests?: Record<string, string> } }[] }
}
type Phased = Meta & { status: { phase: string } }
type Service = Meta & { spec: { ports?: { nodePort?: number }[] } }
type ApiService = Meta & { status: { conditions?: Condition[] } }
type Claim = { spec?: { resources?: { requests?: { storage?: string } } } }
type StatefulSet = Meta & { spec: { volumeClaimTemplates?: Claim[] } }
type EndpointSlice = Meta & { endpoints?: { conditions?: { ready?: boolean } }[] | null }

interface Wanted {
  readonly profile: Profile
  readonly ports: readonly number[]
  readonly nodePorts: readonly number[]
}

/**
 * Looks at a cluster and at this machine; changes nothing.
 *
 * @param wanted `profile` decides how far: the cluster of `remote` is not this machine's, that of `dev` has to hold this
 *   checkout; `ports` have to be free on this machine, `nodePorts` in the cluster
 */
export async function observe(
  kubectl: Kubectl,
  context: string,
  given: SecretValues,
  { profile, ports, nodePorts }: Wanted,
): Promise<Facts> {
  const server = await apiServer(kubectl, context)
  const [seen, taken, externalDatabase] = await Promise.all([
    server === undefined ? undefined : observeCluster(kubectl, profile, nodePorts),
    Promise.all(ports.map(async (port) => ((await isTaken(port)) ? [port] : []))),
    // A remote cluster may reach one that this machine does not.
    given.DATABASE_URL && profile !== 'remote' ? observeDatabase(new URL(given.DATABASE_URL)) : undefined,
  ])
  const cluster = typeof seen === 'object' ? seen : undefined
  return {
    context,
    server,
    cluster,
    refusal: typeof seen === 'string' ? seen : undefined,
    takenPorts: taken.flat(),
    nodesHoldCheckout:
      profile === 'dev' && cluster?.own
        ? await holdCheckout(cluster.own.nodes.map(({ name }) => name))
        : undefined,
    externalDatabase,
  }
}

/** @returns the host name of the API server that the kubeconfig has for the context; undefined when it has none */
export async function apiServer(kubectl: Kubectl, context: string): Promise<string | undefined> {
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

const KINDS = [
  ...['namespaces', 'persistentvolumeclaims', 'statefulsets'],
  ...['storageclasses', 'ingressclasses', 'apiservices'],
]
const KINDS_OF_OWN = ['nodes', 'pods', 'services', 'endpointslices']

/** @returns what kubectl said when the API server does not answer */
async function observeCluster(
  kubectl: Kubectl,
  profile: Profile,
  nodePorts: readonly number[],
): Promise<Cluster | string> {
  const isOwn = profile !== 'remote'
  // In one call: each start of kubectl costs a tenth of a second.
  const kinds = [...KINDS, ...(isOwn ? KINDS_OF_OWN : [])].join(',')
  const where = isOwn ? '--all-namespaces' : `--namespace=${NAMESPACE}`
  try {
    const said = await kubectl(['get', kinds, where, '-o', 'json'], { timeout: '10s' })
    const { items } = JSON.parse(said) as { items: Meta[] }
    return { ...shared(items), own: isOwn ? own(items, nodePorts) : undefined }
  } catch (error) {
    if (error instanceof KubectlError) return error.message
    throw error
  }
}

function shared(items: readonly Meta[]): Omit<Cluster, 'own'> {
  const isDefault = (kind: 'StorageClass' | 'IngressClass', annotation: string) =>
    only(items, kind).some(({ metadata }) => metadata.annotations?.[annotation] === 'true')
  const ours = <Item extends Meta>(kind: Item['kind'], name: string) =>
    only<Item>(items, kind).find(({ metadata }) => metadata.namespace === NAMESPACE && metadata.name === name)
  const claim = ours<Meta & Claim>('PersistentVolumeClaim', DATA_CLAIM)
  const template = ours<StatefulSet>('StatefulSet', postgres.name)?.spec.volumeClaimTemplates?.[0]
  return {
    hasDefaultStorageClass: isDefault('StorageClass', 'storageclass.kubernetes.io/is-default-class'),
    hasDefaultIngressClass: isDefault('IngressClass', 'ingressclass.kubernetes.io/is-default-class'),
    hasMetrics: only<ApiService>(items, 'APIService').some(
      ({ metadata, status }) =>
        metadata.name.endsWith('.metrics.k8s.io') && isTrue(status.conditions ?? [], 'Available'),
    ),
    dataClaimExists: claim !== undefined,
    storage: template?.spec?.resources?.requests?.storage ?? claim?.spec?.resources?.requests?.storage,
    namespaceTerminating: only<Phased>(items, 'Namespace').some(
      ({ metadata, status }) => metadata.name === NAMESPACE && status.phase === 'Terminating',
    ),
  }
}

function own(items: readonly Meta[], nodePorts: readonly number[]): OwnCluster {
  // What waits for a node holds no room on one.
  const others = only<Pod>(items, 'Pod').filter(
    ({ metadata, spec, status }) =>
      metadata.namespace !== NAMESPACE &&
      spec.nodeName !== undefined &&
      !['Succeeded', 'Failed'].includes(status.phase),
  )
  const requested = (name: string) =>
    others
      .flatMap(({ spec }) => spec.containers)
      .reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0)
  const holder = only<Service>(items, 'Service').find(
    ({ metadata, spec }) =>
      metadata.namespace !== NAMESPACE &&
      spec.ports?.some(({ nodePort }) => nodePort !== undefined && nodePorts.includes(nodePort)),
  )
  return {
    nodes: only<Node>(items, 'Node').map(({ metadata, status }) => ({
      name: metadata.name,
      ready: isTrue(status.conditions, 'Ready'),
      cpuMillis: Math.round(quantity(status.allocatable.cpu) * 1000),
      memoryBytes: quantity(status.allocatable.memory),
    })),
    dnsReady: only<EndpointSlice>(items, 'EndpointSlice')
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'kube-dns')
      .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false)),
    requested: { cpuMillis: Math.round(requested('cpu') * 1000), memoryBytes: requested('memory') },
    nodePortHolder: holder && `${holder.metadata.namespace}/${holder.metadata.name}`,
  }
}

function only<Item extends Meta>(items: readonly Meta[], kind: Item['kind']): Item[] {
  return items.filter((item) => item.kind === kind) as Item[]
}

function isTrue(conditions: readonly Condition[], wanted: string): boolean {
  return conditions.some(({ type, status }) => type === wanted && status === 'True')
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
