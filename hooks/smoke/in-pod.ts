import { z } from 'zod'
import type { StepTime } from '../../k8s/model/journey.ts'
import { SMOKE, SMOKE_DEADLINE } from '../../k8s/smoke.ts'
import { type Kubectl, KubectlError, kubectlFor, linesOf } from '../../lib/cluster/kubectl.ts'
import { readJson } from '../../lib/shell/json.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { hasEnded, hasStarted, howItEnded, obstacle, type PodStatus } from '../../lib/smoke/pod-status.ts'

/** Where it runs. */
interface Place {
  readonly context: string
  readonly namespace: string
}

/** An image may have to be pulled first, or room to become free. */
const START_SECONDS = 90
/** From the pod's deadline to its end being known. */
const SLACK_SECONDS = 20

/**
 * Runs the test's pod and removes it, whatever comes.
 *
 * @param place the cluster's context and the namespace
 * @param pod the object to create, called `smoke`
 * @param passed is called after each step that passed
 * @param signal ends it early
 * @throws Refusal naming the step that failed, or why the pod did not run; the signal's reason
 */
export async function runPod(
  place: Place,
  pod: object,
  passed: (step: StepTime) => void,
  signal: AbortSignal,
): Promise<void> {
  const kubectl = kubectlFor(place.context)
  await create(kubectl, place.namespace, JSON.stringify(pod))
  try {
    await untilStarted(place, signal)
    await untilArrived(place, passed, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    // Left over, it goes with the Deployment that lent its image, or at the start of the next test.
    await remove(kubectl, place.namespace, '--wait=false').catch(() => undefined)
  }
}

async function create(kubectl: Kubectl, namespace: string, input: string): Promise<void> {
  const attempt = () => kubectl(['create', '-f', '-'], { input })
  try {
    await attempt().catch(async (error: Error) => {
      if (!error.message.includes('(AlreadyExists)')) throw error
      await remove(kubectl, namespace)
      await attempt()
    })
  } catch (error) {
    throw error instanceof KubectlError ? didNotRun(error.message) : error
  }
}

async function remove(kubectl: Kubectl, namespace: string, ...flags: string[]): Promise<void> {
  await kubectl(['delete', ...podIn(namespace), '--ignore-not-found', ...flags])
}

/** Waits until there is a log: `kubectl attach` would lose what was said before. */
async function untilStarted(place: Place, signal: AbortSignal): Promise<void> {
  let why = `its pod did not start in ${START_SECONDS} s`
  const start = async (until: AbortSignal) => {
    for await (const status of statuses(place, until)) {
      if (hasStarted(status)) return
      const met = obstacle(status)
      if (met) why = met.why
      if (met?.stays) break
    }
    throw didNotRun(why)
  }
  await within(START_SECONDS, signal, start, () => didNotRun(why))
}

/** Each state of the pod, from the present one on. */
async function* statuses({ context, namespace }: Place, signal: AbortSignal): AsyncGenerator<PodStatus> {
  const format = '--output=jsonpath={.type}{" "}{.object.status}{"\\n"}'
  const watch = ['get', ...podIn(namespace), '--watch', '--output-watch-events', format]
  for await (const line of linesOf(context, watch, signal)) {
    const [, type, status] = /^(\w+) (\{.*\})$/.exec(line) ?? []
    if (type === 'DELETED') throw didNotRun('somebody removed its pod')
    if (status) yield JSON.parse(status) as PodStatus
  }
}

/** What the test says; k8s/smoke.ts writes it. */
const Line = z.union([
  z.object({ step: z.string(), milliseconds: z.number() }),
  z.object({ failed: z.string() }),
  z.object({ arrived: z.literal(true) }),
])

async function untilArrived(
  place: Place,
  passed: (step: StepTime) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = ''
  const words = ['logs', '--follow', SMOKE, `--namespace=${place.namespace}`]
  const follow = async (until: AbortSignal) => {
    for await (const text of linesOf(place.context, words, until)) {
      const line = readLine(text)
      if (!line) last = text
      // Its end is near; following the log to it would take up to a second more.
      else if ('arrived' in line) return
      else if ('failed' in line) throw failedAt(line.failed)
      else passed(line)
    }
    for await (const status of statuses(place, until))
      if (hasEnded(status))
        throw failedAt([howItEnded(status), last].filter(Boolean).join('; it said last: '))
    throw failedAt('its log broke off')
  }
  await within(SMOKE_DEADLINE + SLACK_SECONDS, signal, follow, () => failedAt('it did not end in time'))
}

/** @throws what `late` gives when the work does not end in time */
async function within(
  seconds: number,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<void>,
  late: () => Refusal,
): Promise<void> {
  // Not AbortSignal.timeout: Node 20 forgets one that only AbortSignal.any refers to, and nothing would ever end.
  const patience = new AbortController()
  const alarm = setTimeout(() => patience.abort(), seconds * 1000)
  try {
    await work(AbortSignal.any([signal, patience.signal]))
  } catch (error) {
    throw patience.signal.aborted && !(error instanceof Refusal) ? late() : error
  } finally {
    clearTimeout(alarm)
  }
}

function podIn(namespace: string): string[] {
  return ['pod', SMOKE, `--namespace=${namespace}`]
}

function readLine(text: string): z.infer<typeof Line> | undefined {
  return Line.safeParse(readJson(text)).data
}

function failedAt(reason: string): Refusal {
  return new Refusal(`The smoke test failed at: ${reason}`, 'npm run doctor')
}

function didNotRun(why: string): Refusal {
  return new Refusal(`The smoke test did not run: ${why}`, 'npm run doctor')
}
