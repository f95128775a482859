import type { Manifests } from '../../../k8s/manifests.ts'
import type { Problem } from '../../../k8s/model/problem.ts'
import { ownsDatabase } from '../../../k8s/services.ts'
import type { Profile, Settings } from '../../../k8s/settings.ts'
import { isOurs, startCure } from '../../cluster/own-cluster.ts'
import { contextProblem } from './context-problem.ts'
import type { Cluster, Facts, OwnCluster } from './facts.ts'
import { quantity } from './quantity.ts'
import { roomProblems } from './room.ts'

/**
 * Judges a cluster before anything is deployed to it.
 *
 * @returns the problems, the most fundamental first; none when the stack may be deployed
 */
export function verdict(facts: Facts, settings: Settings, manifests: Manifests, profile: Profile): Problem[] {
  const context = contextProblem(facts, settings, profile)
  if (context) return [context]
  const { cluster, refusal = '' } = facts
  if (!cluster) return [unanswered(facts.context, refusal, profile)]
  return [
    ...sharedProblems(cluster, settings, manifests),
    ...(cluster.own
      ? [...ownProblems(cluster.own, facts.context), ...roomProblems(cluster.own, manifests)]
      : []),
    ...machineProblems(facts),
  ]
}

/**
 * What a deployment works without, but not as the settings say.
 *
 * @returns sentences to warn with
 */
export function misgivings({ cluster }: Facts, manifests: Manifests): Problem[] {
  if (cluster?.hasMetrics !== false || !has(manifests, 'HorizontalPodAutoscaler')) return []
  return [
    {
      message: 'The cluster serves no metrics.k8s.io, so its autoscalers stay at their least replicas.',
      cure: 'minikube addons enable metrics-server, or https://github.com/kubernetes-sigs/metrics-server — or AUTOSCALE_UP_TO=0 in .env.local',
    },
  ]
}

function unanswered(context: string, refusal: string, profile: Profile): Problem {
  const message = `The cluster of context "${context}" does not answer: ${refusal}.`
  return {
    message,
    cure: profile === 'remote' ? `kubectl --context ${context} get namespaces` : startCure(context),
  }
}

function sharedProblems(cluster: Cluster, settings: Settings, manifests: Manifests): Problem[] {
  const problems: Problem[] = []
  if (ownsDatabase(settings) && cluster.hasDefaultStorageClass === false && !cluster.dataClaimExists)
    problems.push({
      message: 'The cluster has no default storage class, so PostgreSQL would wait for its volume for ever.',
      cure: 'minikube addons enable default-storageclass storage-provisioner — or set DATABASE_URL in .env.local',
    })
  const { storage } = cluster
  const wanted = settings.storage[settings.stack.database?.service ?? ''] ?? ''
  if (ownsDatabase(settings) && storage && quantity(storage) !== quantity(wanted))
    problems.push({
      message: `STORAGE_SIZE is ${wanted}, but PostgreSQL's volume was made with ${storage}, and a StatefulSet's volume keeps its size.`,
      cure: `put STORAGE_SIZE=${storage} into .env.local — or make it anew with its data: npm run db -- backup, npm run down -- --data, npm run up, npm run db -- restore <file>`,
    })
  if (has(manifests, 'Ingress') && cluster.hasDefaultIngressClass === false)
    problems.push({
      message: 'The cluster has no default ingress class, so nothing would serve the Ingress.',
      cure: 'minikube addons enable ingress, or kubectl annotate ingressclass <name> ingressclass.kubernetes.io/is-default-class=true — or EXPOSE=internal in .env.local',
    })
  if (cluster.namespaceTerminating)
    problems.push({
      message: `Namespace ${settings.stack.name} is being deleted.`,
      cure: `kubectl wait --for=delete namespace/${settings.stack.name} --timeout=120s, then again`,
    })
  return problems
}

function has(manifests: Manifests, kind: string): boolean {
  return [...manifests.values()].flat().some((manifest) => manifest.kind === kind)
}

function ownProblems(cluster: OwnCluster, context: string): Problem[] {
  const start = isOurs(context) ? 'npm run cluster -- up — or ' : ''
  const problems: Problem[] = cluster.nodes
    .filter(({ ready }) => !ready)
    .map(({ name }) => ({
      message: `Node ${name} is not Ready.`,
      cure: `${start}look at: kubectl describe node ${name}`,
    }))
  if (cluster.nodes.length === 0)
    problems.push({ message: 'No node is Ready.', cure: `${start}look at: kubectl describe nodes` })
  if (!cluster.dnsReady)
    problems.push({
      message:
        'The cluster has no working DNS: no endpoint of kube-dns is ready, so Services cannot find each other.',
      cure: 'kubectl -n kube-system rollout status deployment/coredns',
    })
  if (cluster.nodePortHolder)
    problems.push({
      message: `The NodePort of the page is held by Service ${cluster.nodePortHolder}.`,
      cure: `kubectl delete service -n ${cluster.nodePortHolder.replace('/', ' ')}`,
    })
  return problems
}

function machineProblems({ takenPorts, nodesHoldCheckout, externalDatabase }: Facts): Problem[] {
  const problems: Problem[] = takenPorts.map((port) => ({
    message: `Port ${port} of this machine is taken, and the loop forwards it.`,
    cure: `end what listens there; this names it: lsof -i :${port} (or: ss -ltnp 'sport = :${port}')`,
  }))
  if (nodesHoldCheckout === false)
    problems.push({
      message: 'The nodes of the cluster do not hold this checkout, so its pods cannot mount the sources.',
      cure: 'skaffold dev -p synced — npm run dev chooses by itself — or a cluster that holds it: npm run cluster -- down --delete, then up',
    })
  if (externalDatabase && !externalDatabase.answers)
    problems.push({
      message: `The database of DATABASE_URL does not answer at ${externalDatabase.host}.`,
      cure: 'correct DATABASE_URL in .env.local, or remove it to use the PostgreSQL in the cluster',
    })
  return problems
}
