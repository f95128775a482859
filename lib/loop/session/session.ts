import type { LoopEvent } from '../event.ts'
import type { Member } from '../member.ts'
import type { Place } from '../screen/lines.ts'
import { initialState, reduce, type State } from '../state.ts'

/** A loop while it runs: what its terminal, its command line and whatever else asks are told. */
export interface Session {
  readonly place: Place
  readonly state: () => State
  readonly tell: (event: LoopEvent) => void
  /** @param hear is told each event, with the states before and after it @returns what ends that */
  readonly on: (hear: Hearer) => () => void
}

export type Hearer = (event: LoopEvent, before: State, after: State) => void

/** @param redact takes secrets out of what is told */
export function openSession(
  members: readonly Member[],
  place: Place,
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
  if (event.kind === 'note') return { ...event, text: redact(event.text) }
  if (event.kind === 'telemetry') return { ...event, data: redactedWithin(event.data, redact) }
  if (event.kind !== 'log') return event
  const { line } = event
  return { ...event, line: { ...line, text: redact(line.text), below: line.below.map(redact) } }
}

/** The same data; in text, a quote or a colon between two values could be taken for a part of a secret. */
function redactedWithin<Data>(data: Data, redact: (text: string) => string): Data {
  return JSON.parse(JSON.stringify(data), (_, value) => (typeof value === 'string' ? redact(value) : value))
}
