import type { Stack } from '../../k8s/model/stack.ts'
import { namesOf } from '../../k8s/names.ts'
import { transient } from '../../k8s/transient.ts'
import type { Api } from '../cluster/api.ts'
import type {
  ClaimObject,
  ConfigMapObject,
  EventObject,
  List,
  Living,
  NodeObject,
  PodObject,
  SecretObject,
  ServiceObject,
  SliceObject,
} from '../cluster/objects.ts'
import type { Drift } from './drift/drift.ts'
import type { Event, Facts } from './facts.ts'
import type { ObserveDrift } from './observe-drift.ts'
import { fronts } from './observe-fronts.ts'
import { isDnsReady, nodeFacts } from './observe-nodes.ts'
import { podFacts } from './observe-pod.ts'
import { doneJobs, ownerOf, readWorkloads, type Workloads, workloadFacts } from './observe-workloads.ts'
import { redactor } from './redact.ts'

/**
 * Looks at what is deployed of a stack, and at the nodes; changes nothing.
 *
 * @param stack it is looked for in the namespace of its name
 * @param secrets values that must not get into the facts, besides those of the namespace's Secrets
 * @param drift looks at what is otherwise than the model has it
 * @throws Refusal when the API server does not answer
 */
export async function observe(
  api: Api,
  stack: Stack,
  secrets: readonly string[],
  drift: ObserveDrift = async () => [],
): Promise<Facts> {
  const { namespace } = namesOf(stack)
  const list = async <Item extends Living>(path: string) => (await api.read<List<Item>>(path))?.items ?? []
  const inNamespace = <Item extends Living>(kind: string) =>
    list<Item>(`/api/v1/namespaces/${namespace}/${kind}`)
  const [workloads, pods, events, claims, services, slices, secretObjects, configMaps, nodes, dns] =
    await Promise.all([
      readWorkloads(api, namespace),
      inNamespace<PodObject>('pods'),
      inNamespace<EventObject>('events'),
      inNamespace<ClaimObject>('persistentvolumeclaims'),
      inNamespace<ServiceObject>('services'),
      list<SliceObject>(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`),
      inNamespace<SecretObject>('secrets'),
      inNamespace<ConfigMapObject>('configmaps'),
      list<NodeObject>('/api/v1/nodes'),
      dnsReady(api),
    ])
  const decoded = secretObjects.flatMap(({ data }) =>
    Object.values(data ?? {}).map((value) => Buffer.from(value, 'base64').toString()),
  )
  const redact = redactor([...secrets, ...decoded])
  const done = doneJobs(workloads)
  const ours = pods.filter(
    ({ metadata }) => !transient(stack).some((name) => name === metadata.labels?.['app.kubernetes.io/name']),
  )
  const current = ours.filter(
    (pod) => !pod.metadata.deletionTimestamp && !done.has(ownerOf(pod, workloads.replicaSets)),
  )
  const seen = events.map((event) => eventFacts(event, redact))
  return {
    stack,
    context: api.context,
    namespace,
    now: api.now(),
    nodes: nodes.map(nodeFacts),
    dnsReady: dns,
    workloads: workloadFacts(workloads, seen),
    pods: await Promise.all(
      current.map((pod) => podFacts(api, pod, ownerOf(pod, workloads.replicaSets), redact)),
    ),
    claims: claims.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      bound: status.phase === 'Bound',
      since: Date.parse(metadata.creationTimestamp),
      storageClass: spec.storageClassName,
    })),
    events: ofLivingPods(seen, events, ours),
    services: services.map(({ metadata }) => metadata.name),
    fronts: fronts(services, slices, current),
    drift: isDeployed(workloads) ? (await drift(api)).map((one) => redacted(one, redact)) : [],
    databasePort: databasePortOf(stack, secretObjects),
    keys: new Map([
      ...secretObjects.map((secret) => keysOf('Secret', secret)),
      ...configMaps.map((map) => keysOf('ConfigMap', map)),
    ]),
  }
}

/** As the Secret has it; the stack's own where that cannot be read, or says none. */
function databasePortOf({ database, services }: Stack, secrets: readonly SecretObject[]): number | undefined {
  if (!database) return undefined
  const [coded = ''] = secrets.flatMap(({ data }) => data?.[database.url] ?? [])
  const url = URL.parse(Buffer.from(coded, 'base64').toString())
  return Number(url?.port) || services[database.service]?.port
}

/** A variable of a container may have got the value of a secret. */
function redacted(drift: Drift, redact: (text: string) => string): Drift {
  const differences = drift.differences.map((one) =>
    typeof one.is === 'string' ? { ...one, is: redact(one.is) } : one,
  )
  return { ...drift, differences }
}

/** What was taken down is not missing. */
function isDeployed({ deployments, statefulSets }: Workloads): boolean {
  return deployments.length + statefulSets.length > 0
}

/** Where nobody may look, DNS is taken to work. */
async function dnsReady(api: Api): Promise<boolean> {
  const slices = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices'
  const there = await api.read<List<SliceObject>>(
    `${slices}?labelSelector=kubernetes.io/service-name=kube-dns`,
  )
  return there === undefined || isDnsReady(there.items)
}

function eventFacts(event: EventObject, redact: (text: string) => string): Event {
  const { involvedObject: about, series, lastTimestamp, eventTime, metadata } = event
  return {
    about: `${about.kind}/${about.name}`,
    container: /\{(.+)\}$/.exec(about.fieldPath ?? '')?.[1],
    reason: event.reason ?? '',
    message: redact(event.message ?? ''),
    at: Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp),
  }
}

/** A StatefulSet's pod comes back under its name: what happened to the one before is history. */
function ofLivingPods(
  seen: readonly Event[],
  events: readonly EventObject[],
  pods: readonly PodObject[],
): Event[] {
  const living = new Set(pods.map(({ metadata }) => metadata.uid))
  return seen.filter((_, index) => {
    const about = events[index]?.involvedObject
    return about?.kind !== 'Pod' || about.uid === undefined || living.has(about.uid)
  })
}

function keysOf(kind: string, { metadata, data }: SecretObject | ConfigMapObject): [string, string[]] {
  return [`${kind}/${metadata.name}`, Object.keys(data ?? {})]
}
