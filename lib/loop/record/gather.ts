import type { LoopEvent } from '../event.ts'
import { MEND } from '../phase.ts'
import type { State } from '../state.ts'
import { type Batch, type KeptLine, LOOP, type MetricPoint, type PastFinding, type Span } from './kinds.ts'
import { followMoves } from './moves.ts'
import { readTelemetry } from './otlp.ts'

/** Lines that wait to be kept, beyond which they are counted alone; pieces of work and values likewise. */
const MOST_WAITING = 20_000

/** What has gathered, with how many lines came too fast to gather. */
export type Gathering = Required<Batch> & { readonly lost: number }

/** Gathers what of a loop's events is to be kept, until it is taken. */
export function gather() {
  let lines: KeptLine[] = []
  let spans: Span[] = []
  let points: MetricPoint[] = []
  let findings: PastFinding[] = []
  let lost = 0
  const moves = followMoves((moved) => spans.push(...moved))
  return {
    hear: (event: LoopEvent, before: State, after: State, now: number): void => {
      moves(event, now)
      const line = lineOf(event, now)
      if (line && lines.length < MOST_WAITING) lines.push(line)
      else if (line) lost += 1
      if (after !== before) findings.push(...changes(allOf(before), allOf(after), now))
      if (event.kind !== 'telemetry') return
      const telemetry = readTelemetry(event.data, event.service)
      const fitting = ({ length }: readonly unknown[]) => Math.max(0, MOST_WAITING - length)
      spans.push(...(telemetry?.spans ?? []).slice(0, fitting(spans)))
      points.push(...(telemetry?.points ?? []).slice(0, fitting(points)))
    },
    isEmpty: () => lines.length + spans.length + points.length + findings.length + lost === 0,
    take: (): Gathering => {
      const taken = { lines, spans, points, findings, lost }
      lines = []
      spans = []
      points = []
      findings = []
      lost = 0
      return taken
    },
  }
}

/** @returns the line that is kept of an event; undefined where it is none */
export function lineOf(event: LoopEvent, now: number): KeptLine | undefined {
  if (event.kind === 'note') return { at: now, service: LOOP, level: 'info', text: event.text }
  if (event.kind !== 'log') return undefined
  const { level, text, requestId, traceId, spanId, below, time } = event.line
  return {
    at: time ?? event.at,
    service: event.service,
    level,
    text,
    ...(requestId ? { requestId } : {}),
    ...(traceId ? { traceId } : {}),
    ...(spanId ? { spanId } : {}),
    ...(below.length > 0 ? { below: [...below] } : {}),
  }
}

type Wrong = Omit<PastFinding, 'at' | 'gone'>

/** What is known to be wrong: findings, and saves that do not start. */
function allOf({ services, findings }: State): readonly Wrong[] {
  const broken = services.flatMap(({ name, broken }) =>
    broken ? [{ cause: 'broken-save', where: name, message: broken.why, cure: MEND }] : [],
  )
  return [...broken, ...services.flatMap((service) => service.findings), ...findings]
}

function changes(before: readonly Wrong[], after: readonly Wrong[], now: number): PastFinding[] {
  const isIn = (list: readonly Wrong[]) => (one: Wrong) =>
    list.some(({ cause, where }) => cause === one.cause && where === one.where)
  const isNew = (one: Wrong) => !isIn(before)(one)
  const isGone = (one: Wrong) => !isIn(after)(one)
  const past = ({ cause, where, message, cure }: Wrong) => ({ at: now, cause, where, message, cure })
  return [
    ...after.filter(isNew).map(past),
    ...before.filter(isGone).map((one) => ({ ...past(one), gone: now })),
  ]
}
