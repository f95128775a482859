import { setTimeout as pause } from 'node:timers/promises'
import { namesOf } from '../../k8s/names.ts'
import type { Api } from '../cluster/api.ts'
import { Refusal } from '../shell/refusal.ts'
import type { Application } from '../stack/application.ts'
import { diagnose } from './diagnose.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { type FindingChange, FindingHistory } from './known.ts'
import { observe } from './observe.ts'
import type { ObserveDrift } from './observe-drift.ts'

/** Milliseconds: events come in flocks. */
const QUIET = 200
/** While something is under way, time alone can make a finding: a probe that lasts, a claim that stays unbound. */
const TICK = 1_000

/** Looks without an answer, a second apart, after which it is a finding: an API server may start anew. */
const UNANSWERED = 3

const WATCHED = ['/api/v1/*/pods', '/api/v1/*/events']

/** What somebody changes without a pod or an event telling of it. */
const CHANGED_BY_HAND = [
  '/api/v1/*/services',
  '/api/v1/*/configmaps',
  '/apis/apps/v1/*/deployments',
  '/apis/networking.k8s.io/v1/*/networkpolicies',
]

/** What is deployed in the namespace of its stack's name. */
export interface Watched extends Pick<Application, 'stack' | 'causes'> {
  /** Values that no finding may show, besides those of the namespace's Secrets. */
  readonly secrets: readonly string[]
  /** Looks at what is otherwise than the model has it; nothing is, where it is left out. */
  readonly drift?: ObserveDrift | undefined
}

/**
 * Watches the pods and events of a namespace, and tells each cause once, within seconds of its being visible to the
 * API; and when it is gone. An API server that is away is waited for, and a finding where that takes long.
 *
 * @param tell is called only when there is something new
 * @param signal ends it
 */
export async function watchCauses(
  api: Api,
  { stack, causes, secrets, drift }: Watched,
  tell: (change: FindingChange) => void,
  signal: AbortSignal,
): Promise<void> {
  const known = new FindingHistory()
  let unanswered = 0
  let away: Finding | undefined
  while (!signal.aborted) {
    const session = new AbortController()
    const end = () => session.abort()
    signal.addEventListener('abort', end)
    try {
      await lookUntilEnd(api, namesOf(stack).namespace, session, async () => {
        const facts = await observe(api, stack, secrets, drift)
        unanswered = 0
        if (away) tell({ fresh: [], gone: [away] })
        away = undefined
        const change = known.update(diagnose(facts, causes))
        if (!signal.aborted && change.fresh.length + change.gone.length > 0) tell(change)
        return known.any() || isUnderWay(facts)
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // Stopped, restarting, not there yet: it is waited for.
      unanswered += 1
      if (unanswered === UNANSWERED) {
        away = awayFor(error)
        tell({ fresh: [away], gone: [] })
      }
      await pause(TICK, undefined, { signal }).catch(() => undefined)
    } finally {
      session.abort()
      signal.removeEventListener('abort', end)
    }
  }
}

/** Looks at every sign of change, and each second while `look` gives true; ends when a stream or a look does. */
async function lookUntilEnd(
  api: Api,
  namespace: string,
  session: AbortController,
  look: () => Promise<boolean>,
): Promise<void> {
  let wake: () => void = () => undefined
  let dirty = true
  const notice = () => {
    dirty = true
    wake()
  }
  const follow = async (kind: string) => {
    const path = kind.replace('*', `namespaces/${namespace}`)
    for await (const _ of api.watch(path, session.signal)) notice()
  }
  const end = () => session.abort()
  void Promise.race(WATCHED.map(follow)).then(end, end)
  // Who may not watch these, or loses touch with them, hears of the rest all the same.
  for (const kind of CHANGED_BY_HAND) follow(kind).catch(() => undefined)
  const stop = () => wake()
  session.signal.addEventListener('abort', stop)
  while (!session.signal.aborted) {
    dirty = false
    const again = await look()
    if (!dirty)
      await new Promise<void>((resolve) => {
        wake = resolve
        if (again) setTimeout(resolve, TICK)
        if (session.signal.aborted || dirty) resolve()
      })
    await pause(QUIET)
  }
}

function awayFor({ message }: Refusal): Finding {
  return {
    cause: 'cluster-away',
    where: 'cluster',
    message: 'The cluster does not answer.',
    cure: 'npm run cluster -- up',
    evidence: [message],
  }
}

function isUnderWay({ pods }: Facts): boolean {
  return pods.some(({ phase, ready }) => !ready && phase !== 'Succeeded')
}
