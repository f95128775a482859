import type { LoopEvent } from '../event.ts'
import type { Place } from '../screen/lines.ts'
import { initialState, type Member, reduce, type State } from '../state.ts'

/** A loop while it runs: what its terminal, its command line and whatever else asks are told. */
export interface Session {
  readonly place: Place
  readonly state: () => State
  readonly tell: (event: LoopEvent) => void
  /** @param hear is told each event, with the states before and after it @returns what ends that */
  readonly on: (hear: Hearer) => () => void
}

export type Hearer = (event: LoopEvent, before: State, after: State) => void

export function openSession(members: readonly Member[], place: Place): Session {
  let state = initialState(members)
  const hearers = new Set<Hearer>()
  return {
    place,
    state: () => state,
    tell: (event) => {
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
