/** What of a pod's status tells how its one container fares, as the API has it. */
export interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly message?: string
  readonly conditions?: readonly (Reason & { readonly type: string; readonly status: string })[]
  readonly containerStatuses?: readonly {
    readonly image: string
    readonly state?: {
      readonly waiting?: Reason
      readonly running?: object
      readonly terminated?: Reason & { readonly exitCode: number }
    }
  }[]
}

interface Reason {
  readonly reason?: string
  readonly message?: string
}

/** Reasons to wait that no waiting ends: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go */
const HOPELESS =
  /^(ErrImageNeverPull|ImagePullBackOff|InvalidImageName|ImageInspectError|CreateContainer(Config)?Error|RunContainerError)$/

/** Whether the container runs or has ended: then there is a log of it. */
export function hasStarted({ containerStatuses }: PodStatus): boolean {
  const state = containerStatuses?.[0]?.state
  return state?.running !== undefined || state?.terminated !== undefined
}

/** Whether nothing more will come of it. */
export function hasEnded({ phase }: PodStatus): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}

/** Why the container does not start, and whether waiting is of no use; undefined while nothing speaks against it. */
export function obstacle(status: PodStatus): { why: string; stays: boolean } | undefined {
  if (hasEnded(status)) return { why: howItEnded(status), stays: true }
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled')
  // Pods on their way out may still hold the room.
  if (scheduled?.status === 'False') return { why: `no node has room for it${of(scheduled)}`, stays: false }
  const container = status.containerStatuses?.[0]
  const waiting = container?.state?.waiting
  if (!waiting?.reason || waiting.reason === 'ContainerCreating') return undefined
  const what = /Image/.test(waiting.reason)
    ? `image ${container?.image} cannot be had`
    : 'its container cannot start'
  return { why: `${what}${of(waiting)}`, stays: HOPELESS.test(waiting.reason) }
}

/** How one ended that did not tell by itself. */
export function howItEnded({ reason, message, containerStatuses }: PodStatus): string {
  if (reason === 'DeadlineExceeded') return 'it did not end in time'
  const ended = containerStatuses?.[0]?.state?.terminated
  const code = ended ? ` with ${ended.exitCode}` : ''
  return `it ended${code}${of({ ...ended, ...(reason ? { reason } : {}), ...(message ? { message } : {}) })}`
}

function of({ reason, message }: Reason): string {
  return `${reason ? ` (${reason})` : ''}${message ? `: ${message}` : ''}`
}
