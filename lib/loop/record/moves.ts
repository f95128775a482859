import { randomBytes } from 'node:crypto'
import type { LoopEvent, Status } from '../event.ts'
import { LOOP, type Span } from './kinds.ts'

/** Milliseconds after which a save that nothing has reloaded for is not waited for any more. */
const FORGOTTEN_AFTER = 10_000

/** A saved file, until each service that has it has said what became of it. */
interface Save {
  readonly path: string
  readonly at: number
  readonly seen: number
}

/** What became of a piece of the loop's work. */
interface Outcome {
  readonly status: Status
  readonly error?: string | undefined
}

/** Something that has begun. */
interface Open {
  readonly at: number
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
}

/**
 * Follows what the loop does, and tells each piece of it when it is over: saves from the disk to what is served, and
 * deployments with their builds.
 *
 * @param tell is given spans
 * @returns what has to hear of every event of the loop, with the time, in milliseconds since 1970
 */
export function followMoves(tell: (spans: readonly Span[]) => void): (event: LoopEvent, now: number) => void {
  const saves = new Map<string, Save[]>()
  const open = new Map<string, Open>()
  let round: Open | undefined
  const step = (name: string, service: string | undefined, { status, error: why }: Outcome, now: number) => {
    const key = `${name} ${service ?? ''}`
    const begun = open.get(key)
    if (status === 'running') {
      if (!begun) open.set(key, begin(now, round))
      return
    }
    open.delete(key)
    const about = { ...(service ? { service } : {}), ...(why ? { why } : {}) }
    const title = service ? `${name} ${service}` : name
    tell([span(title, begun ?? begin(now, round), now, status === 'failed', about)])
  }
  return (event, now) => {
    switch (event.kind) {
      case 'saved':
        for (const service of event.services) {
          const waiting = (saves.get(service) ?? []).filter(({ at }) => event.at - at < FORGOTTEN_AFTER)
          saves.set(service, [...waiting, { path: event.path, at: event.at, seen: now }])
        }
        return
      case 'log':
        if (event.line.news === undefined) return
        tell((saves.get(event.service) ?? []).flatMap((save) => saveSpans(save, event)))
        saves.delete(event.service)
        return
      case 'round': {
        if (event.status === 'running') round ??= begin(event.at)
        else if (round) {
          const why = event.error ? { why: event.error } : {}
          tell([span('deployment', round, event.at, event.status === 'failed', why)])
          round = undefined
          open.clear()
        }
        return
      }
      case 'build':
      case 'sync':
        return step(event.kind, event.image, event, now)
      case 'rollout':
        return step('rollout', event.workload, { ...event, error: event.message }, now)
      case 'deploy':
        return step('deploy', undefined, event, now)
      case 'rendered': {
        const why = event.error ? { why: event.error } : {}
        tell([span('render', begin(event.began), now, event.error !== undefined, why)])
        return
      }
      case 'smoke':
        tell([span('smoke test', begin(now, round), now, !event.passed, {})])
        return
    }
  }
}

/** One trace: from the disk to what is served, and of that what the service needed to reload. */
function saveSpans(
  { path, at, seen }: Save,
  { service, line, at: over }: Extract<LoopEvent, { kind: 'log' }>,
): Span[] {
  const began = line.took === undefined ? undefined : (line.time ?? over) - line.took
  const why = line.news === 'broken' ? line.text : undefined
  const whole = begin(at)
  const end = Math.max(over, at)
  const read = began === undefined ? undefined : Math.min(Math.max(began, at), end)
  const about = { service, file: path }
  const steps: [name: string, from: number, to: number][] = [
    ['seen', at, Math.min(seen, read ?? seen, end)],
    ...(read === undefined ? [] : [['reload', read, end] as [string, number, number]]),
  ]
  return [
    span('save', whole, end, why !== undefined, { ...about, ...(why ? { why } : {}) }),
    ...steps.map(([name, from, to]) => span(name, begin(from, whole), to, false, about)),
  ]
}

function begin(at: number, within?: Open): Open {
  const spanId = randomBytes(8).toString('hex')
  if (within) return { at, traceId: within.traceId, spanId, parentId: within.spanId }
  return { at, traceId: randomBytes(16).toString('hex'), spanId }
}

function span(name: string, piece: Open, end: number, failed: boolean, attributes: Span['attributes']): Span {
  return { ...piece, service: LOOP, name, milliseconds: Math.max(0, end - piece.at), failed, attributes }
}
