import type { Api } from '../cluster/api.ts'
import {
  conditionOf,
  type DeploymentObject,
  type JobObject,
  type List,
  type PodObject,
  type ReplicaSetObject,
  type StatefulSetObject,
} from '../cluster/objects.ts'
import type { Event, Workload } from './facts.ts'

export interface Workloads {
  readonly deployments: readonly DeploymentObject[]
  readonly replicaSets: readonly ReplicaSetObject[]
  readonly statefulSets: readonly StatefulSetObject[]
  readonly jobs: readonly JobObject[]
}

export async function readWorkloads(api: Api, namespace: string): Promise<Workloads> {
  const list = async <Item>(group: string, kind: string) =>
    (await api.read<List<Item>>(`/apis/${group}/v1/namespaces/${namespace}/${kind}`))?.items ?? []
  const [deployments, replicaSets, statefulSets, jobs] = await Promise.all([
    list<DeploymentObject>('apps', 'deployments'),
    list<ReplicaSetObject>('apps', 'replicasets'),
    list<StatefulSetObject>('apps', 'statefulsets'),
    list<JobObject>('batch', 'jobs'),
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
  return new Set(
    jobs
      .filter((job) => conditionOf(job, 'Complete')?.status === 'True')
      .map(({ metadata }) => `job/${metadata.name}`),
  )
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
      refusal: wordsOf(deployment, 'ReplicaFailure', 'True'),
      stuck: wordsOf(deployment, 'Progressing', 'False'),
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
      stuck: wordsOf(job, 'Failed', 'True'),
    })),
  ]
}

/** What a condition says, where it holds. */
function wordsOf(object: Parameters<typeof conditionOf>[0], type: string, is: string): string | undefined {
  const condition = conditionOf(object, type)
  return condition?.status === is ? (condition.message ?? condition.reason ?? type) : undefined
}
