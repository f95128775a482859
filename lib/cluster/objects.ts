import type { IAPIService } from 'kubernetes-models/apiregistration.k8s.io/v1/APIService'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import type { IReplicaSet } from 'kubernetes-models/apps/v1/ReplicaSet'
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { IJob } from 'kubernetes-models/batch/v1/Job'
import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1/EndpointSlice'
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap'
import type { IEvent } from 'kubernetes-models/v1/Event'
import type { INamespace } from 'kubernetes-models/v1/Namespace'
import type { INode } from 'kubernetes-models/v1/Node'
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import type { IPod } from 'kubernetes-models/v1/Pod'
import type { ISecret } from 'kubernetes-models/v1/Secret'
import type { IService } from 'kubernetes-models/v1/Service'

export interface List<Item> {
  readonly items: readonly Item[]
}

/** What the API server has filled in of every object. */
type Meta = NonNullable<IPod['metadata']>
type FullMeta = Meta & Required<Pick<Meta, 'name' | 'uid' | 'creationTimestamp'>>
export type Living = { readonly metadata: FullMeta }
/** An object as the API server gives it, with the parts that this kind always has. */
type Live<Kind, Part extends keyof Kind = never> = Omit<Kind, 'metadata'> &
  Required<Pick<Kind, Part>> &
  Living

export type NodeObject = Live<INode, 'status'>
export type NamespaceObject = Live<INamespace, 'status'>
export type PodObject = Live<IPod, 'spec' | 'status'>
export type EventObject = Live<IEvent>
export type ClaimObject = Live<IPersistentVolumeClaim, 'spec' | 'status'>
export type ServiceObject = Live<IService, 'spec'>
export type SliceObject = Live<IEndpointSlice>
export type SecretObject = Live<ISecret>
export type ConfigMapObject = Live<IConfigMap>
export type DeploymentObject = Live<IDeployment, 'spec' | 'status'>
export type ReplicaSetObject = Live<IReplicaSet>
export type StatefulSetObject = Live<IStatefulSet, 'spec' | 'status'>
export type JobObject = Live<IJob, 'status'>
export type ApiServiceObject = Live<IAPIService, 'status'>

export type ContainerObject = PodObject['spec']['containers'][number]
export type StatusObject = NonNullable<PodObject['status']['containerStatuses']>[number]
export type ProbeObject = NonNullable<ContainerObject['readinessProbe']>

/** A condition of any object. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export function conditionOf<One extends Condition>(
  { status }: { readonly status?: { readonly conditions?: readonly One[] } | undefined },
  type: string,
): One | undefined {
  return status?.conditions?.find((one) => one.type === type)
}
