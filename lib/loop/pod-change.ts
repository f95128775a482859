import { conditionOf, type PodObject } from '../cluster/objects.ts'

/** One change of a pod. */
export interface PodChange {
  readonly pod: string
  readonly service: string
  /** Whether it is told to end, or is there no more. */
  readonly gone: boolean
  /** Whether a program of it runs, which may answer though it is told to end. */
  readonly runs: boolean
  readonly ready: boolean
  /** Containers that have been started, init containers among them, by id. */
  readonly containers: ReadonlyMap<string, { readonly name: string; readonly ended: boolean }>
  /** Images that it waits for in vain. */
  readonly missing: readonly string[]
}

const MISSING = ['ErrImageNeverPull', 'ErrImagePull', 'ImagePullBackOff']

/**
 * @param type of an event of a watch: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 * @returns undefined for a pod of no service
 */
export function podChange(type: string, pod: PodObject): PodChange | undefined {
  const { metadata, status } = pod
  const service = metadata.labels?.['app.kubernetes.io/name']
  if (!service) return undefined
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  return {
    pod: metadata.name,
    service,
    gone: type === 'DELETED' || metadata.deletionTimestamp !== undefined,
    runs: type !== 'DELETED' && statuses.some(({ state }) => state?.running !== undefined),
    ready: conditionOf(pod, 'Ready')?.status === 'True',
    containers: new Map(
      statuses.flatMap(({ containerID, name, state }) =>
        containerID ? [[containerID, { name, ended: !state?.running }] as const] : [],
      ),
    ),
    missing: statuses.flatMap(({ state, image }) =>
      MISSING.includes(state?.waiting?.reason ?? '') ? [image] : [],
    ),
  }
}
