import type { Telemetry } from '../../runtimes/telemetry-line.ts'
import type { LoopEvent } from '../event.ts'
import type { Member } from '../member.ts'
import type { ScreenPlace } from '../screen/lines.ts'
import { initialState, reduce, type State } from '../state.ts'

/** A loop while it runs: what its terminal, its command line and whatever else asks are told. */
export interface Session {
  readonly place: ScreenPlace
  readonly state: () => State
  readonly tell: (event: LoopEvent) => void
  /** @param hear is told each event, with the states before and after it @returns what ends that */
  readonly on: (hear: Hearer) => () => void
}

export type Hearer = (event: LoopEvent, before: State, after: State) => void

/** @param redact takes secrets out of what is told */
export function openSession(
  members: readonly Member[],
  place: ScreenPlace,
  redact: (text: string) => string = (text) => text,
): Session {
  let state = initialState(members)
  const hearers = new Set<Hearer>()
  return {
    place,
    state: () => state,
    tell: (raw) => {
      const event = redacted(raw, redact)
      const before = state
      state = reduce(state, event)
      for (const hear of hearers) hear(event, before, state)
    },
    on: (hear) => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
  }
}

function redacted(event: LoopEvent, redact: (text: string) => string): LoopEvent {
  switch (event.kind) {
    case 'note':
      return { ...event, text: redact(event.text) }
    case 'log': {
      const { line } = event
      return { ...event, line: { ...line, text: redact(line.text), below: line.below.map(redact) } }
    }
    case 'telemetry':
      return { ...event, data: redactedWithin(event.data, redact) }
    case 'findings': {
      const findings = event.findings.map((finding) => ({
        ...finding,
        message: redact(finding.message),
        cure: redact(finding.cure),
        evidence: finding.evidence.map(redact),
      }))
      return { ...event, findings }
    }
    case 'rollout':
      return event.message === undefined ? event : { ...event, message: redact(event.message) }
    case 'round':
    case 'build':
    case 'deploy':
    case 'sync':
    case 'packages':
    case 'rendered':
      return event.error === undefined ? event : { ...event, error: redact(event.error) }
    default:
      return event
  }
}

/** The same data; in text, a quote or a colon between two values could be taken for a part of a secret. */
function redactedWithin(data: Telemetry, redact: (text: string) => string): Telemetry {
  try {
    return JSON.parse(JSON.stringify(data), (_, value) => (typeof value === 'string' ? redact(value) : value))
  } catch {
    // Nested deeper than the stack is: no telemetry, and no reason for the loop to end.
    return {}
  }
}
