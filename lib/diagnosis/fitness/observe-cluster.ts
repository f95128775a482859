import { nodePorts } from '../../../k8s/exposure.ts'
import { namesOf } from '../../../k8s/names.ts'
import { quantity } from '../../../k8s/quantity.ts'
import { stores } from '../../../k8s/services.ts'
import type { Profile, Settings } from '../../../k8s/settings.ts'
import { dataClaim } from '../../../k8s/store.ts'
import { inAnswer, type Kubectl, KubectlError, LISTED } from '../../cluster/kubectl.ts'
import {
  type ApiServiceObject,
  type ClaimObject,
  conditionOf,
  type Living,
  type NamespaceObject,
  type NodeObject,
  type PodObject,
  type ServiceObject,
  type SliceObject,
  type StatefulSetObject,
} from '../../cluster/objects.ts'
import { isDnsReady, nodeFacts } from '../observe-nodes.ts'
import type { ClusterFacts, OwnCluster } from './facts.ts'

/** An object of a list of several kinds. */
type Item = Living & { readonly kind: string }

const KINDS = [
  ...['namespaces', 'persistentvolumeclaims', 'statefulsets'],
  ...['storageclasses', 'ingressclasses', 'apiservices'],
]
const KINDS_OF_OWN = ['nodes', 'pods', 'services', 'endpointslices']

/** @returns what kubectl said when the API server does not answer */
export async function observeCluster(
  kubectl: Kubectl,
  settings: Settings,
  profile: Profile,
): Promise<ClusterFacts | string> {
  const isOwn = profile !== 'remote'
  const { namespace } = namesOf(settings.stack)
  try {
    const { items, hidden } = await (isOwn ? seeAll(kubectl) : seeAllowed(kubectl, namespace))
    return {
      ...shared(items, hidden, settings),
      own: isOwn ? own(items, namespace, nodePorts(settings, profile)) : undefined,
    }
  } catch (error) {
    if (error instanceof KubectlError) return error.message
    throw error
  }
}

interface Inventory {
  readonly items: readonly Item[]
  /** Kinds that the person may not list. */
  readonly hidden: readonly string[]
}

async function seeAll(kubectl: Kubectl): Promise<Inventory> {
  return { items: await list(kubectl, [...KINDS, ...KINDS_OF_OWN], '--all-namespaces'), hidden: [] }
}

/** Who may use one namespace of a shared cluster may often see little more of it. */
async function seeAllowed(kubectl: Kubectl, namespace: string): Promise<Inventory> {
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
async function list(kubectl: Kubectl, kinds: readonly string[], where: string): Promise<Item[]> {
  const words = ['get', kinds.join(), where, '-o', 'json']
  return inAnswer<{ items: Item[] }>(words, await kubectl(words, { timeout: '10s' }), LISTED).items
}

function shared(
  items: readonly Item[],
  hidden: readonly string[],
  settings: Settings,
): Omit<ClusterFacts, 'own'> {
  const { namespace } = namesOf(settings.stack)
  const unless = (kind: string, seen: () => boolean) => (hidden.includes(kind) ? undefined : seen())
  const isDefault = (kind: 'StorageClass' | 'IngressClass', annotation: string) => () =>
    only(items, kind).some(({ metadata }) => metadata.annotations?.[annotation] === 'true')
  const ours = <One extends Item>(kind: One['kind'], name: string) =>
    only<One>(items, kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  const volume = (store: string) => {
    const claim = ours<ClaimObject>('PersistentVolumeClaim', dataClaim(store))
    const [template = claim] = ours<StatefulSetObject>('StatefulSet', store)?.spec.volumeClaimTemplates ?? []
    return { claimed: claim !== undefined, size: template?.spec?.resources?.requests?.storage?.toString() }
  }
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
      only<ApiServiceObject>(items, 'APIService').some(
        (service) =>
          service.metadata.name.endsWith('.metrics.k8s.io') &&
          conditionOf(service, 'Available')?.status === 'True',
      ),
    ),
    volumes: Object.fromEntries(stores(settings).map(({ name }) => [name, volume(name)])),
    namespaceTerminating: only<NamespaceObject>(items, 'Namespace').some(
      ({ metadata, status }) => metadata.name === namespace && status.phase === 'Terminating',
    ),
  }
}

function own(items: readonly Item[], namespace: string, nodePorts: readonly number[]): OwnCluster {
  // What waits for a node holds no room on one.
  const others = only<PodObject>(items, 'Pod').filter(
    ({ metadata, spec, status }) =>
      metadata.namespace !== namespace &&
      spec.nodeName !== undefined &&
      !['Succeeded', 'Failed'].includes(status.phase ?? ''),
  )
  const requested = (name: string) =>
    others
      .flatMap(({ spec }) => spec.containers)
      .reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0)
  const holder = only<ServiceObject>(items, 'Service').find(
    ({ metadata, spec }) =>
      metadata.namespace !== namespace &&
      spec.ports?.some(({ nodePort }) => nodePort !== undefined && nodePorts.includes(nodePort)),
  )
  return {
    nodes: only<NodeObject>(items, 'Node').map((node) => ({
      ...nodeFacts(node),
      cpuMillis: Math.round(quantity(node.status.allocatable?.cpu) * 1000),
      memoryBytes: quantity(node.status.allocatable?.memory),
    })),
    dnsReady: isDnsReady(
      only<SliceObject>(items, 'EndpointSlice').filter(
        ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'kube-dns',
      ),
    ),
    requested: { cpuMillis: Math.round(requested('cpu') * 1000), memoryBytes: requested('memory') },
    nodePortHolder: holder && `${holder.metadata.namespace}/${holder.metadata.name}`,
  }
}

function only<One extends Item>(items: readonly Item[], kind: One['kind']): One[] {
  return items.filter((item) => item.kind === kind) as One[]
}
