import type { Api } from './api.ts'
import type { Event, Workload } from './facts.ts'
import type { List, PodObject, WorkloadObject } from './objects.ts'

export interface Workloads {
  readonly deployments: readonly WorkloadObject[]
  readonly replicaSets: readonly WorkloadObject[]
  readonly statefulSets: readonly WorkloadObject[]
  readonly jobs: readonly WorkloadObject[]
}

export async function readWorkloads(api: Api, namespace: string): Promise<Workloads> {
  const list = async (group: string, kind: string) =>
    (await api.read<List<WorkloadObject>>(`/apis/${group}/v1/namespaces/${namespace}/${kind}`))?.items ?? []
  const [deployments, replicaSets, statefulSets, jobs] = await Promise.all([
    list('apps', 'deployments'),
    list('apps', 'replicasets'),
    list('apps', 'statefulsets'),
    list('batch', 'jobs'),
  ])
  return { deployments, replicaSets, statefulSets, jobs }
}

/** @returns the workload a pod belongs to, as kubectl takes it */
export function ownerOf({ metadata }: PodObject, replicaSets: Workloads['replicaSets']): string {
  const [owner] = metadata.ownerReferences ?? []
  if (!owner) return `pod/${metadata.name}`
  const above = replicaSets.find((set) => owner.kind === 'ReplicaSet' && set.metadata.name === owner.name)
  const top = above?.metadata.ownerReferences?.[0] ?? owner
  return `${top.kind.toLowerCase()}/${top.name}`
}

/** A Job that is complete has forgiven its failed pods. */
export function doneJobs({ jobs }: Workloads): ReadonlySet<string> {
  return new Set(jobs.filter((job) => isTrue(job, 'Complete')).map(({ metadata }) => `job/${metadata.name}`))
}

export function workloadFacts(workloads: Workloads, events: readonly Event[]): Workload[] {
  const { deployments, statefulSets, jobs } = workloads
  const refusedByEvent = (kind: string, name: string) =>
    events
      .filter(({ about, reason }) => about === `${kind}/${name}` && reason === 'FailedCreate')
      .sort((one, other) => one.at - other.at)
      .at(-1)?.message
  return [
    ...deployments.map((deployment) => ({
      name: `deployment/${deployment.metadata.name}`,
      refusal: conditionOf(deployment, 'ReplicaFailure', 'True'),
      stuck: conditionOf(deployment, 'Progressing', 'False'),
      replicas: deployment.spec.replicas ?? 1,
    })),
    ...statefulSets.map(({ metadata, spec, status }) => ({
      name: `statefulset/${metadata.name}`,
      refusal:
        (status.replicas ?? 0) < (spec.replicas ?? 1)
          ? refusedByEvent('StatefulSet', metadata.name)
          : undefined,
      stuck: undefined,
      replicas: spec.replicas ?? 1,
    })),
    ...jobs.map((job) => ({
      name: `job/${job.metadata.name}`,
      refusal: refusedByEvent('Job', job.metadata.name),
      stuck: conditionOf(job, 'Failed', 'True'),
    })),
  ]
}

function conditionOf({ status }: WorkloadObject, type: string, is: string): string | undefined {
  const found = status.conditions?.find((condition) => condition.type === type && condition.status === is)
  return found && (found.message ?? found.reason ?? type)
}

function isTrue(object: WorkloadObject, type: string): boolean {
  return conditionOf(object, type, 'True') !== undefined
}
