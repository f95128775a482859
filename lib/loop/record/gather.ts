import type { Finding } from '../../diagnosis/finding.ts'
import type { LoopEvent } from '../event.ts'
import type { State } from '../state.ts'
import { type Batch, type KeptLine, LOOP, type MetricPoint, type PastFinding, type Span } from './kinds.ts'
import { followMoves } from './moves.ts'
import { readTelemetry } from './otlp.ts'

/** Lines that wait to be kept, beyond which they are counted alone; pieces of work and values likewise. */
const MOST_WAITING = 20_000

/** What has gathered, with how many lines came too fast to gather. */
export type Gathered = Required<Batch> & { readonly lost: number }

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
      if (event.kind === 'findings') findings.push(...changes(allOf(before), allOf(after), now))
      if (event.kind !== 'telemetry') return
      const telemetry = readTelemetry(event.data, event.service)
      const fitting = ({ length }: readonly unknown[]) => Math.max(0, MOST_WAITING - length)
      spans.push(...(telemetry?.spans ?? []).slice(0, fitting(spans)))
      points.push(...(telemetry?.points ?? []).slice(0, fitting(points)))
    },
    isEmpty: () => lines.length + spans.length + points.length + findings.length + lost === 0,
    take: (): Gathered => {
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

function allOf({ services, findings }: State): readonly Finding[] {
  return [...services.flatMap((service) => service.findings), ...findings]
}

function changes(before: readonly Finding[], after: readonly Finding[], now: number): PastFinding[] {
  const isIn = (list: readonly Finding[]) => (one: Finding) =>
    list.some(({ cause, where }) => cause === one.cause && where === one.where)
  const isNew = (one: Finding) => !isIn(before)(one)
  const isGone = (one: Finding) => !isIn(after)(one)
  const past = ({ cause, where, message, cure }: Finding) => ({ at: now, cause, where, message, cure })
  return [
    ...after.filter(isNew).map(past),
    ...before.filter(isGone).map((one) => ({ ...past(one), gone: now })),
  ]
}
