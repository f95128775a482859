import type { Container, Exit, Facts, Line, Pod } from './facts.ts'
import { programError } from './lines/program-error.ts'

/** A container that does not do what it is there for, and what it said last. */
export interface Failing {
  readonly pod: Pod
  readonly container: Container
  /** How it ended; undefined where it runs and is not ready. */
  readonly ended: Exit | undefined
  /** Whether a probe had it ended: then neither did it crash nor lack memory. */
  readonly killed: boolean
  readonly words: readonly string[]
}

/** Milliseconds after which a container that came back is taken for healed. */
const HEALED = 10_000
/** How long after its start a server may refuse its probe, be slow at its first answer, tell why it is not ready. */
const REFUSES = 30_000
const IS_SLOW = 60_000
const ANSWERS = 5_000
/** How Docker words the end of what ran when it was itself ended: `minikube stop`. */
const NODE_WENT_DOWN = 255
/** A container's grace period at its end: k8s/pod.ts gives less. */
const LONGEST_END = 60_000
/** What a container that was ready said longer before than this is about something else. */
const BEFORE_UNREADY = 30_000

/** @returns the containers that have failed; not those that are only starting */
export function failing(facts: Facts): Failing[] {
  return facts.pods.flatMap((pod) =>
    pod.containers.flatMap((container): Failing[] => {
      const ended = endOf(container, facts.now)
      const killed = isKilled(facts, pod, container, ended)
      if (ended) return [{ pod, container, ended, killed, words: texts(linesOfLastRun(container)) }]
      if (!killed && !isUnready(facts, pod, container)) return []
      const { answer } = container
      const body = answer && answer.status !== 200 ? answer.body.split('\n').filter(Boolean) : []
      return [
        { pod, container, ended, killed, words: [...texts(linesSinceUnready(pod, container)), ...body] },
      ]
    }),
  )
}

/** The end of the container's last run, as long as it has not come back for good. */
function endOf({ state, last, ready, init }: Container, now: number): Exit | undefined {
  switch (state.is) {
    case 'ended':
      return state.code === 0 ? undefined : state
    case 'waiting':
      // Ending well, again and again, is a failure of what is meant to serve.
      return /BackOff$|Error$/.test(state.reason) ? last : undefined
    case 'running': {
      const healed = ready || init ? now - state.since >= HEALED : now - state.since >= IS_SLOW
      return last && ![0, NODE_WENT_DOWN].includes(last.code) && !healed ? last : undefined
    }
  }
}

function isUnready(facts: Facts, pod: Pod, container: Container): boolean {
  const { init, ready, started, state, probes, answer } = container
  // It answers well by now: the kubelet has only not asked again yet.
  if (init || state.is !== 'running' || answer?.status === 200) return false
  // In the loop a pod that was ready once counts as ready: whether it is, only it can tell.
  if (ready) return !probes.readiness && answer !== undefined
  // The kubelet takes readiness away only after the probe's own threshold.
  if (started && pod.readySince > state.since && !pod.ready) return true
  const words = lastUnhealthy(facts, pod, container)
  // A reloader whose program is broken lives on: the traceback is the last thing it says.
  if (words && programError(texts(container.lines))?.isLast) return true
  if (probes.startup && !started && (probes.readiness || !answer)) return false
  const grace = answer ? ANSWERS : graceOf(words ?? '')
  return facts.now - state.since > Math.max(grace, probes.readiness?.patience ?? 0)
}

/** A probe has failed too often: the kubelet ends the container, or has ended it. */
function isKilled({ events }: Facts, pod: Pod, { name, state }: Container, ended: Exit | undefined): boolean {
  const [from, to] = ended
    ? [ended.at - LONGEST_END, ended.at + 1_000]
    : [state.is === 'running' ? state.since + 1_000 : Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  return events.some(
    ({ about, container, reason, message, at }) =>
      about === `Pod/${pod.name}` &&
      container === name &&
      reason === 'Killing' &&
      /probe/.test(message) &&
      at >= from &&
      at <= to,
  )
}

/** By what the kubelet says of a failed probe: https://github.com/kubernetes/kubernetes/tree/master/pkg/probe */
function graceOf(words: string): number {
  return /deadline exceeded|timed? ?out/i.test(words) ? IS_SLOW : REFUSES
}

/** @returns what the newest failed probe of a container met, in the kubelet's words */
export function lastUnhealthy({ events }: Facts, pod: Pod, { name }: Container): string | undefined {
  return events
    .filter(
      (event) =>
        event.about === `Pod/${pod.name}` && event.container === name && event.reason === 'Unhealthy',
    )
    .sort((one, other) => one.at - other.at)
    .at(-1)?.message
}

function linesOfLastRun({ state, lines, linesBefore }: Container): readonly Line[] {
  return state.is === 'running' ? linesBefore : lines
}

function linesSinceUnready({ ready, readySince }: Pod, { state, lines }: Container): readonly Line[] {
  if (ready || state.is !== 'running' || readySince < state.since) return lines
  return lines.filter(({ at }) => at > readySince - BEFORE_UNREADY)
}

function texts(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => text)
}
