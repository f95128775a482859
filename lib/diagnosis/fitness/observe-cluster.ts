import type { Stack } from '../../../k8s/model/stack.ts'
import { namesOf } from '../../../k8s/names.ts'
import type { Profile } from '../../../k8s/settings.ts'
import { dataClaim } from '../../../k8s/store.ts'
import { type Kubectl, KubectlError } from '../../cluster/kubectl.ts'
import type { Cluster, OwnCluster } from './facts.ts'
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

const KINDS = [
  ...['namespaces', 'persistentvolumeclaims', 'statefulsets'],
  ...['storageclasses', 'ingressclasses', 'apiservices'],
]
const KINDS_OF_OWN = ['nodes', 'pods', 'services', 'endpointslices']

/** @returns what kubectl said when the API server does not answer */
export async function observeCluster(
  kubectl: Kubectl,
  stack: Stack,
  profile: Profile,
  nodePorts: readonly number[],
): Promise<Cluster | string> {
  const { namespace } = namesOf(stack)
  const isOwn = profile !== 'remote'
  try {
    const { items, hidden } = await (isOwn ? seeAll(kubectl) : seeAllowed(kubectl, namespace))
    return { ...shared(items, hidden, stack), own: isOwn ? own(items, namespace, nodePorts) : undefined }
  } catch (error) {
    if (error instanceof KubectlError) return error.message
    throw error
  }
}

interface Seen {
  readonly items: readonly Meta[]
  /** Kinds that the person may not list. */
  readonly hidden: readonly string[]
}

async function seeAll(kubectl: Kubectl): Promise<Seen> {
  return { items: await list(kubectl, [...KINDS, ...KINDS_OF_OWN], '--all-namespaces'), hidden: [] }
}

/** Who may use one namespace of a shared cluster may often see little more of it. */
async function seeAllowed(kubectl: Kubectl, namespace: string): Promise<Seen> {
  const allowed = (kinds: readonly string[]) =>
    list(kubectl, kinds, `--namespace=${namespace}`).catch((error: unknown) => {
      if (error instanceof KubectlError && error.message.includes('(Forbidden)')) return undefined
      throw error
    })
  const all = await allowed(KINDS)
  if (all) return { items: all, hidden: [] }
  const each = await Promise.all(KINDS.map((kind) => allowed([kind])))
  return {
    items: each.flatMap((items) => items ?? []),
    hidden: KINDS.filter((_, index) => each[index] === undefined),
  }
}

/** In one call: each start of kubectl costs a tenth of a second. */
async function list(kubectl: Kubectl, kinds: readonly string[], where: string): Promise<Meta[]> {
  const said = await kubectl(['get', kinds.join(), where, '-o', 'json'], { timeout: '10s' })
  return (JSON.parse(said) as { items: Meta[] }).items
}

function shared(items: readonly Meta[], hidden: readonly string[], stack: Stack): Omit<Cluster, 'own'> {
  const { namespace } = namesOf(stack)
  const store = stack.database?.service
  const unless = (kind: string, seen: () => boolean) => (hidden.includes(kind) ? undefined : seen())
  const isDefault = (kind: 'StorageClass' | 'IngressClass', annotation: string) => () =>
    only(items, kind).some(({ metadata }) => metadata.annotations?.[annotation] === 'true')
  const ours = <Item extends Meta>(kind: Item['kind'], name: string) =>
    only<Item>(items, kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  const claim = store ? ours<Meta & Claim>('PersistentVolumeClaim', dataClaim(store)) : undefined
  const template = store ? ours<StatefulSet>('StatefulSet', store)?.spec.volumeClaimTemplates?.[0] : undefined
  return {
    hasDefaultStorageClass: unless(
      'storageclasses',
      isDefault('StorageClass', 'storageclass.kubernetes.io/is-default-class'),
    ),
    hasDefaultIngressClass: unless(
      'ingressclasses',
      isDefault('IngressClass', 'ingressclass.kubernetes.io/is-default-class'),
    ),
    hasMetrics: unless('apiservices', () =>
      only<ApiService>(items, 'APIService').some(
        ({ metadata, status }) =>
          metadata.name.endsWith('.metrics.k8s.io') && isTrue(status.conditions ?? [], 'Available'),
      ),
    ),
    dataClaimExists: claim !== undefined,
    storage: template?.spec?.resources?.requests?.storage ?? claim?.spec?.resources?.requests?.storage,
    namespaceTerminating: only<Phased>(items, 'Namespace').some(
      ({ metadata, status }) => metadata.name === namespace && status.phase === 'Terminating',
    ),
  }
}

function own(items: readonly Meta[], namespace: string, nodePorts: readonly number[]): OwnCluster {
  // What waits for a node holds no room on one.
  const others = only<Pod>(items, 'Pod').filter(
    ({ metadata, spec, status }) =>
      metadata.namespace !== namespace &&
      spec.nodeName !== undefined &&
      !['Succeeded', 'Failed'].includes(status.phase),
  )
  const requested = (name: string) =>
    others
      .flatMap(({ spec }) => spec.containers)
      .reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0)
  const holder = only<Service>(items, 'Service').find(
    ({ metadata, spec }) =>
      metadata.namespace !== namespace &&
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
