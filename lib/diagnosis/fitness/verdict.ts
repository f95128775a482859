import type { Manifests } from '../../../k8s/manifests.ts'
import { namesOf } from '../../../k8s/names.ts'
import { quantity } from '../../../k8s/quantity.ts'
import { type NamedStore, stores } from '../../../k8s/services.ts'
import type { Profile, Settings } from '../../../k8s/settings.ts'
import { startCure } from '../../cluster/own-cluster.ts'
import { dnsDown } from '../causes/dns.ts'
import { nodeNotReady, start } from '../causes/node.ts'
import type { OwnFinding } from '../finding.ts'
import { contextProblem } from './context-problem.ts'
import type { ClusterFacts, FitnessFacts, OwnCluster } from './facts.ts'
import { roomProblems } from './room.ts'

/**
 * Judges a cluster before anything is deployed to it.
 *
 * @returns what is in the way, the most fundamental first; none when the stack may be deployed
 */
export function verdict(
  facts: FitnessFacts,
  settings: Settings,
  manifests: Manifests,
  profile: Profile,
): OwnFinding[] {
  const context = contextProblem(facts, settings, profile)
  if (context) return [context]
  const { cluster, refusal = '' } = facts
  if (!cluster) return [unanswered(facts.context, refusal, profile)]
  return [
    ...sharedProblems(facts.context, cluster, settings, manifests),
    ...(cluster.own
      ? [...ownProblems(cluster.own, facts.context), ...roomProblems(facts.context, cluster.own, manifests)]
      : []),
    ...machineProblems(facts, settings),
    ...ownAddresses(facts, settings),
  ]
}

/** A pod asks itself there, and not the program of this machine that somebody means. */
function ownAddresses({ context, externalDatabase }: FitnessFacts, { own, collector, stack }: Settings) {
  const addresses: (readonly [string, string | undefined])[] = [
    ...Object.entries(own),
    ['OTEL_EXPORTER_OTLP_ENDPOINT', collector],
    [stack.database?.url ?? '', externalDatabase?.answers ? `http://${externalDatabase.host}` : undefined],
  ]
  return addresses.flatMap(([name, address = '']): OwnFinding[] => {
    const host = URL.canParse(address) ? new URL(address).hostname : ''
    if (!/^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(host)) return []
    return [
      {
        cause: 'settings-wrong',
        where: context,
        message: `${name} leads to ${host}, which is for each pod the pod itself.`,
        cure: `write host.minikube.internal for ${host} in .env.local, and have what is meant listen there too — or use the host target: npm run up -- --target host`,
        details: [name],
        evidence: [],
      },
    ]
  })
}

/**
 * What a deployment works without, but not as the settings say.
 *
 * @returns sentences to warn with
 */
export function misgivings({ cluster, context: where }: FitnessFacts, manifests: Manifests): OwnFinding[] {
  if (cluster?.hasMetrics !== false || !has(manifests, 'HorizontalPodAutoscaler')) return []
  return [
    {
      cause: 'metrics-missing',
      where,
      evidence: [],
      message: 'The cluster serves no metrics.k8s.io, so its autoscalers stay at their least replicas.',
      cure: 'minikube addons enable metrics-server, or https://github.com/kubernetes-sigs/metrics-server — or AUTOSCALE_UP_TO=0 in .env.local',
    },
  ]
}

function unanswered(context: string, refusal: string, profile: Profile): OwnFinding {
  return {
    cause: 'cluster-away',
    where: context,
    message: `The cluster of context "${context}" does not answer: ${refusal}.`,
    cure: profile === 'remote' ? `kubectl --context ${context} get namespaces` : startCure(context),
    evidence: [],
  }
}

function sharedProblems(
  context: string,
  cluster: ClusterFacts,
  settings: Settings,
  manifests: Manifests,
): OwnFinding[] {
  const problems = stores(settings).flatMap((store) => volumeProblems(store, cluster, settings))
  const { namespace } = namesOf(settings.stack)
  if (has(manifests, 'Ingress') && cluster.hasDefaultIngressClass === false)
    problems.push({
      cause: 'ingress-class-missing',
      where: context,
      message: 'The cluster has no default ingress class, so nothing would serve the Ingress.',
      cure: 'minikube addons enable ingress, or kubectl annotate ingressclass <name> ingressclass.kubernetes.io/is-default-class=true — or EXPOSE=internal in .env.local',
      evidence: [],
    })
  if (cluster.namespaceTerminating)
    problems.push({
      cause: 'namespace-ending',
      where: `namespace/${namespace}`,
      message: `Namespace ${namespace} is being deleted.`,
      cure: `kubectl wait --for=delete namespace/${namespace} --timeout=120s, then again`,
      evidence: [],
    })
  return problems
}

function volumeProblems(
  { name, replacedBy }: NamedStore,
  { hasDefaultStorageClass, volumes }: ClusterFacts,
  { storage, stack }: Settings,
): OwnFinding[] {
  const { claimed = false, size } = volumes[name] ?? {}
  const wanted = storage[name] ?? ''
  const problems: OwnFinding[] = []
  if (hasDefaultStorageClass === false && !claimed)
    problems.push({
      cause: 'storage-class-missing',
      where: `statefulset/${name}`,
      message: `The cluster has no default storage class, so ${name} would wait for its volume for ever.`,
      cure: `minikube addons enable default-storageclass storage-provisioner${replacedBy ? ` — or set ${replacedBy} in .env.local` : ''}`,
      evidence: [],
    })
  const again = ['npm run down -- --data', 'npm run up']
  const kept = ['npm run db -- backup', ...again, 'npm run db -- restore <file>']
  if (size && quantity(size) !== quantity(wanted))
    problems.push({
      cause: 'storage-size-fixed',
      where: `statefulset/${name}`,
      message: `STORAGE_SIZE is ${wanted}, but the volume of ${name} was made with ${size}, and a StatefulSet's volume keeps its size.`,
      cure: `put STORAGE_SIZE=${size} into .env.local — or make it anew${stack.database?.service === name ? ` with its data: ${kept.join(', ')}` : `, without its data: ${again.join(', ')}`}`,
      details: [wanted, size],
      evidence: [],
    })
  return problems
}

function has(manifests: Manifests, kind: string): boolean {
  return [...manifests.values()].flat().some((manifest) => manifest.kind === kind)
}

function ownProblems(cluster: OwnCluster, context: string): OwnFinding[] {
  const problems = [...nodeNotReady({ nodes: cluster.nodes, context }), ...dnsDown(cluster)]
  if (cluster.nodes.length === 0)
    problems.unshift({
      cause: 'node-not-ready',
      where: context,
      message: 'No node is Ready.',
      cure: `${start(context)}look at: kubectl describe nodes`,
      evidence: [],
    })
  if (cluster.nodePortHolder)
    problems.push({
      cause: 'node-port-taken',
      where: context,
      message: `The NodePort of the page is held by Service ${cluster.nodePortHolder}.`,
      cure: `kubectl delete service -n ${cluster.nodePortHolder.replace('/', ' ')}`,
      details: [cluster.nodePortHolder],
      evidence: [],
    })
  return problems
}

function machineProblems(
  { takenPorts, nodesHoldCheckout, externalDatabase, context }: FitnessFacts,
  { stack }: Settings,
): OwnFinding[] {
  const problems: OwnFinding[] = takenPorts.map((port) => ({
    cause: 'port-taken',
    where: 'machine',
    message: `Port ${port} of this machine is taken, and the loop forwards it.`,
    cure: `end what listens there; this names it: lsof -i :${port} (or: ss -ltnp 'sport = :${port}')`,
    details: [String(port)],
    evidence: [],
  }))
  if (nodesHoldCheckout === false)
    problems.push({
      cause: 'checkout-not-mounted',
      where: context,
      message: 'The nodes of the cluster do not hold this checkout, so its pods cannot mount the sources.',
      cure: 'skaffold dev -p synced — npm run dev chooses by itself — or a cluster that holds it: npm run cluster -- down --delete, then up',
      evidence: [],
    })
  if (externalDatabase && !externalDatabase.answers) {
    const { url = 'its address', service = 'the database' } = stack.database ?? {}
    problems.push({
      cause: 'database-refused',
      where: 'machine',
      message: `The database of ${url} does not answer at ${externalDatabase.host}.`,
      cure: `correct ${url} in .env.local, or remove it to use the ${service} in the cluster`,
      evidence: [],
    })
  }
  return problems
}
