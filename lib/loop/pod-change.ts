/** One change of a pod, as kubectl prints it with the template below. */
export interface PodChange {
  readonly pod: string
  readonly service: string
  readonly gone: boolean
  readonly ready: boolean
  /** Containers that have been started, init containers among them, by id. */
  readonly containers: ReadonlyMap<string, { readonly name: string; readonly ended: boolean }>
  /** Images that it waits for in vain. */
  readonly missing: readonly string[]
}

const STATUSES =
  '{{range .}}{{if .containerID}}{{.containerID}}={{.name}}{{if not .state.running}}=ended{{end}} {{end}}{{end}}'
const WAITING = '{{range .}}{{if .state.waiting}}{{.state.waiting.reason}}={{.image}} {{end}}{{end}}'
const MISSING = /^(?:ErrImageNeverPull|ErrImagePull|ImagePullBackOff)=(.+)$/
/** For `kubectl get pods --watch --output-watch-events`, a line for each change. */
export const POD_CHANGE = [
  '{{.type}}',
  '{{.object.metadata.name}}',
  '{{index .object.metadata.labels "app.kubernetes.io/name"}}',
  '{{if .object.metadata.deletionTimestamp}}ending{{end}}',
  '{{range .object.status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}',
  `{{with .object.status.initContainerStatuses}}${STATUSES}{{end}}{{with .object.status.containerStatuses}}${STATUSES}{{end}}`,
  `{{with .object.status.initContainerStatuses}}${WAITING}{{end}}{{with .object.status.containerStatuses}}${WAITING}{{end}}`,
].join('|')

/** @returns undefined for a line that is no change of a pod */
export function readPodChange(line: string): PodChange | undefined {
  const [type, pod, service, ending, ready, containers, waiting = ''] = line
    .split('|')
    .map((word) => word.trim())
  if (!pod || !service || containers === undefined) return undefined
  const started = containers.split(/\s+/).flatMap((word) => {
    const [id, name, state] = word.split('=')
    return id && name ? [[id, { name, ended: state === 'ended' }] as const] : []
  })
  return {
    pod,
    service,
    gone: type === 'DELETED' || ending !== '',
    ready: ready === 'True',
    containers: new Map(started),
    missing: waiting.split(/\s+/).flatMap((word) => MISSING.exec(word)?.[1] ?? []),
  }
}
