import type { Manifests } from '../../../k8s/manifests.ts'
import { quantity } from '../../../k8s/quantity.ts'
import type { OwnFinding } from '../finding.ts'
import type { OwnCluster } from './facts.ts'

/** What the stack asks for, where the nodes have less. */
export function roomProblems(where: string, cluster: OwnCluster, manifests: Manifests): OwnFinding[] {
  const wanted = requests(manifests)
  const sum = (pick: (node: OwnCluster['nodes'][number]) => number) =>
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
      cause: 'cluster-too-small',
      where,
      evidence: [],
      message: `The cluster is too small: the stack asks for ${lacks.join(' and ')}.`,
      cure: 'a bigger one (Minikube, whose data goes: minikube delete && minikube config set cpus 4 && minikube config set memory 6g && npm run cluster -- up)',
    },
  ]
}

/**
 * What the stack's pods ask for: of an autoscaled workload, as many as it has without load. A rollout's surge is not
 * counted: Kubernetes waits for that one's room.
 */
export function requests(manifests: Manifests): { cpuMillis: number; memoryBytes: number } {
  const objects = [...manifests.values()].flat().map((manifest) => manifest.toJSON() as Replicas)
  const least = new Map(objects.map(({ spec }) => [spec?.scaleTargetRef?.name, spec?.minReplicas]))
  const total = { cpuMillis: 0, memoryBytes: 0 }
  for (const { metadata, spec } of objects) {
    const replicas = spec?.replicas ?? least.get(metadata?.name) ?? 1
    for (const { resources } of spec?.template?.spec?.containers ?? []) {
      total.cpuMillis += Math.round(quantity(resources?.requests?.cpu) * 1000) * replicas
      total.memoryBytes += quantity(resources?.requests?.memory) * replicas
    }
  }
  return total
}

/** The parts of a workload and of its autoscaler that say how many pods there are. */
interface Replicas {
  metadata?: { name?: string }
  spec?: {
    replicas?: number
    scaleTargetRef?: { name: string }
    minReplicas?: number
    template?: {
      spec?: { containers?: { resources?: { requests?: Record<'cpu' | 'memory', string | number> } }[] }
    }
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`
}
