import { lastLines } from './find-lines.ts'
import { spans, traces, type WantedTraces } from './find-traces.ts'
import type { KeptLine, Span, TraceSummary } from './kinds.ts'
import { inRun, runNames } from './runs.ts'
import type { Wanted } from './wanted.ts'

// What is kept of all runs together, read by any process.

/** @returns the last lines that are wanted, in the order in which they came; none where no loop has run */
export function linesOverRuns(state: string, wanted: Wanted, most: number): KeptLine[] {
  let lines: KeptLine[] = []
  for (const name of runNames(state)) {
    const left = most - lines.length
    if (left <= 0) break
    lines = [...(inRun(state, name, ({ database }) => lastLines(database, wanted, left)) ?? []), ...lines]
  }
  return lines
}

/** @returns the newest traces, or the slowest, in that order: the newest, or the slowest, last */
export function tracesOverRuns(state: string, wanted: WantedTraces, most: number): TraceSummary[] {
  const all = runNames(state).flatMap(
    (name) => inRun(state, name, ({ database }) => traces(database, wanted, most)) ?? [],
  )
  const rank = ({ at, milliseconds }: TraceSummary) => (wanted.slow ? milliseconds : at)
  return all.sort((one, other) => rank(one) - rank(other)).slice(-most)
}

/** @returns what the newest run that was kept has traced, and the loop's own moves in it */
export function newestRun(state: string): { readonly spans: Span[]; readonly moves: Span[] } | undefined {
  const [name] = runNames(state)
  return name === undefined
    ? undefined
    : inRun(state, name, ({ database }) => ({ spans: spans(database, false), moves: spans(database, true) }))
}
