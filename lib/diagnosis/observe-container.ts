import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../cluster/api.ts'
import type { ContainerObject, ProbeObject, StatusObject } from '../cluster/objects.ts'
import { isOfRemovedRun } from '../cluster/removed-run.ts'
import type { Container, ContainerState, Exit, Line, Probe } from './facts.ts'
import { plainLines } from './lines/plain-lines.ts'

const TAIL = 60
/** A server that hangs must not hold up the look at all others. */
const ANSWER_MILLISECONDS = 1_500
/** A kubelet names a run that it removed until it looks again: each second, later on a busy node. */
const [REMOVED_ATTEMPTS, REMOVED_PAUSE_MILLISECONDS] = [20, 250]

/** What the API tells of one container. */
export function containerFacts(
  container: ContainerObject,
  status: StatusObject | undefined,
  redact: (text: string) => string,
): Omit<Container, 'init' | 'answer' | 'lines' | 'linesBefore'> {
  const { waiting, running, terminated } = status?.state ?? {}
  const ended = (object: NonNullable<typeof terminated>): Exit => ({
    code: object.exitCode,
    reason: object.reason ?? '',
    message: redact(object.message ?? ''),
    at: Date.parse(object.finishedAt ?? '1970-01-01'),
  })
  const state: ContainerState = terminated
    ? { is: 'ended', ...ended(terminated) }
    : running
      ? { is: 'running', since: Date.parse(running.startedAt ?? '1970-01-01') }
      : { is: 'waiting', reason: waiting?.reason ?? '', message: redact(waiting?.message ?? '') }
  const { startupProbe: startup, readinessProbe: readiness, livenessProbe: liveness } = container
  return {
    name: container.name,
    image: container.image ?? '',
    ready: status?.ready ?? false,
    started: status?.started ?? false,
    state,
    last: status?.lastState?.terminated && ended(status.lastState.terminated),
    memoryLimit: container.resources?.limits?.memory?.toString(),
    probes: {
      ...(startup ? { startup: probeFacts(startup, container.ports) } : {}),
      ...(readiness ? { readiness: probeFacts(readiness, container.ports) } : {}),
      ...(liveness ? { liveness: probeFacts(liveness, container.ports) } : {}),
    },
  }
}

/** What the container has to say: its last lines, and while nobody counts it as ready for that, whether it says it is. */
export async function wordsOf(
  api: Api,
  pod: string,
  container: ContainerObject,
  status: StatusObject | undefined,
  redact: (text: string) => string,
): Promise<Pick<Container, 'answer' | 'lines' | 'linesBefore'>> {
  const log = async (previous: boolean): Promise<Line[]> => {
    const which = `container=${container.name}&tailLines=${TAIL}&timestamps=true&previous=${previous}`
    for (let attempt = 1; attempt <= REMOVED_ATTEMPTS; attempt++) {
      const { status, body } = await api.ask(`${pod}/log?${which}`)
      if (status !== 200) return []
      if (!isOfRemovedRun(body)) return plainLines(redact(body))
      await sleep(REMOVED_PAUSE_MILLISECONDS)
    }
    return []
  }
  const { running, waiting, terminated } = status?.state ?? {}
  const restarted = (status?.restartCount ?? 0) > 0
  // A run may have ended, or the next been made, since the list was read; and of the dead only the newest is kept.
  const either = async (previous: boolean) => {
    const lines = await log(previous)
    return lines.length > 0 ? lines : log(!previous)
  }
  const [lines, linesBefore, answer] = await Promise.all([
    running ? log(false) : terminated || (waiting && restarted) ? either(false) : [],
    running && restarted ? either(true) : [],
    running && (!status?.ready || !container.readinessProbe)
      ? readinessAnswer(api, pod, container)
      : undefined,
  ])
  return { lines, linesBefore, answer: answer && { status: answer.status, body: redact(answer.body) } }
}

async function readinessAnswer(
  api: Api,
  pod: string,
  { readinessProbe, startupProbe, ports }: ContainerObject,
) {
  const get = (readinessProbe ?? startupProbe)?.httpGet
  if (!get) return undefined
  const path = `${pod}:${numberOf(get.port, ports)}/proxy${get.path ?? '/'}`
  try {
    const answer = await api.ask(path, ANSWER_MILLISECONDS)
    // The API server's own words when nothing listens there.
    if (answer.body.startsWith('{"kind":"Status"')) return undefined
    // A page is for browsers: its status says enough.
    return { ...answer, body: answer.body.startsWith('<') ? '' : answer.body.slice(0, 500) }
  } catch {
    return undefined
  }
}

function numberOf(port: number | string, ports: ContainerObject['ports']): number | string {
  return ports?.find(({ name }) => name === port)?.containerPort ?? port
}

/** Defaults as in https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/ */
function probeFacts(probe: ProbeObject, ports: ContainerObject['ports']): Probe {
  const { httpGet, tcpSocket, exec, grpc } = probe
  const { periodSeconds = 10, failureThreshold = 3, initialDelaySeconds = 0 } = probe
  return {
    asks: httpGet
      ? `GET :${numberOf(httpGet.port, ports)}${httpGet.path ?? '/'}`
      : exec
        ? (exec.command ?? []).join(' ')
        : `port ${numberOf(tcpSocket?.port ?? grpc?.port ?? '', ports)}`,
    patience: (initialDelaySeconds + periodSeconds * failureThreshold) * 1000,
  }
}
