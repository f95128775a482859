import type { Problem, Settings } from '../../k8s/settings.ts'
import type { Stack } from '../../k8s/stack.ts'
import type { Cluster, Facts } from './facts.ts'
import { quantity } from './quantity.ts'

/** Names Skaffold takes for local too: https://skaffold.dev/docs/environment/local-cluster/ */
const LOCAL_NAME = /^(minikube|docker-desktop|kind-.+|k3d-.+)$/
const PRIVATE_HOST =
  /^(localhost|.+\.localhost|\[::1\]|0\.0\.0\.0|(127|10)(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|.+\.internal)$/

/**
 * Judges a cluster before anything is deployed to it.
 *
 * @returns the problems, the most fundamental first; none when the stack may be deployed
 */
export function verdict(facts: Facts, settings: Settings, stack: Stack): Problem[] {
  const context = contextProblem(facts, settings)
  if (context) return [context]
  const { cluster } = facts
  if (!cluster)
    return [
      {
        message: `The cluster of context "${facts.context}" does not answer: ${facts.refusal}.`,
        cure: 'npm run cluster -- up',
      },
    ]
  return [...clusterProblems(cluster, settings), ...roomProblems(cluster, stack), ...machineProblems(facts)]
}

function contextProblem({ context, server }: Facts, { kubeContext }: Settings): Problem | undefined {
  if (server === undefined)
    return { message: `There is no context "${context}" in the kubeconfig.`, cure: 'npm run cluster -- up' }
  if (context === kubeContext) return undefined
  if (LOCAL_NAME.test(context) && PRIVATE_HOST.test(server)) return undefined
  return {
    message: `Context "${context}" (server ${server}) is not a local cluster; the loop deletes there what it deployed when it ends.`,
    cure: `use a local one: npm run cluster -- up — or, if you mean it, put KUBE_CONTEXT=${context} into .env.local`,
  }
}

function clusterProblems(cluster: Cluster, settings: Settings): Problem[] {
  const problems: Problem[] = []
  const unready = cluster.nodes.filter(({ ready }) => !ready).map(({ name }) => name)
  if (cluster.nodes.length === 0 || unready.length > 0)
    problems.push({
      message: `${unready.length > 0 ? `Node ${unready.join(', ')} is` : 'No node is'} not Ready.`,
      cure: 'npm run cluster -- up, or look at: kubectl describe nodes',
    })
  if (!cluster.dnsReady)
    problems.push({
      message:
        'The cluster has no working DNS: no endpoint of kube-dns is ready, so Services cannot find each other.',
      cure: 'kubectl -n kube-system rollout status deployment/coredns',
    })
  if (settings.database === 'cluster' && !cluster.hasDefaultStorageClass && !cluster.dataClaimExists)
    problems.push({
      message: 'The cluster has no default storage class, so PostgreSQL would wait for its volume for ever.',
      cure: 'minikube addons enable default-storageclass storage-provisioner — or set DATABASE_URL in .env.local',
    })
  if (cluster.namespaceTerminating)
    problems.push({
      message: 'Namespace todo is being deleted.',
      cure: 'kubectl wait --for=delete namespace/todo --timeout=120s, then again',
    })
  if (cluster.nodePortHolder)
    problems.push({
      message: `The frontend's NodePort is held by Service ${cluster.nodePortHolder}.`,
      cure: `kubectl delete service -n ${cluster.nodePortHolder.replace('/', ' ')}`,
    })
  return problems
}

function roomProblems(cluster: Cluster, stack: Stack): Problem[] {
  const wanted = requests(stack)
  const sum = (pick: (node: Cluster['nodes'][number]) => number) =>
    cluster.nodes.reduce((total, node) => total + pick(node), 0)
  const freeCpu = sum(({ cpuMillis }) => cpuMillis) - cluster.requested.cpuMillis
  const freeMemory = sum(({ memoryBytes }) => memoryBytes) - cluster.requested.memoryBytes
  const lacks = [
    ...(wanted.cpuMillis > freeCpu
      ? [`${wanted.cpuMillis}m of CPU where ${Math.max(0, freeCpu)}m are free`]
      : []),
    ...(wanted.memoryBytes > freeMemory
      ? [`${mebibytes(wanted.memoryBytes)} of memory where ${mebibytes(Math.max(0, freeMemory))} are free`]
      : []),
  ]
  if (lacks.length === 0) return []
  return [
    {
      message: `The cluster is too small: the stack asks for ${lacks.join(' and ')}.`,
      cure: 'a bigger one: minikube delete && minikube config set cpus 4 && minikube config set memory 6g && npm run cluster -- up',
    },
  ]
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

/** What the stack's pods ask for, a rollout's surge not counted: Kubernetes waits for that one's room. */
export function requests(stack: Stack): { cpuMillis: number; memoryBytes: number } {
  const total = { cpuMillis: 0, memoryBytes: 0 }
  for (const manifest of [...stack.values()].flat()) {
    const { spec } = manifest.toJSON() as {
      spec?: { replicas?: number; template?: { spec?: { containers?: Requesting[] } } }
    }
    for (const { resources } of spec?.template?.spec?.containers ?? []) {
      total.cpuMillis += Math.round(quantity(resources?.requests?.cpu) * 1000) * (spec?.replicas ?? 1)
      total.memoryBytes += quantity(resources?.requests?.memory) * (spec?.replicas ?? 1)
    }
  }
  return total
}

interface Requesting {
  resources?: { requests?: { cpu?: string | number; memory?: string | number } }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`
}
