import type { KeptLine, Span } from '../record/kinds.ts'
import type { LoopStatus } from '../session/questions.ts'
import type { GraphNode, Overview } from './messages.ts'

// What the page is told of what is kept.

export interface StatusAnswer {
  readonly status?: LoopStatus
  readonly graph: readonly GraphNode[]
}

export type NumberedLine = KeptLine & { readonly id: number }

/** A part of the lines that are wanted. */
export interface LinesAnswer {
  /** Of all that are wanted. */
  readonly total: number
  /** The place of the first of these among them. */
  readonly from: number
  readonly lines: readonly NumberedLine[]
}

export interface SavesAnswer {
  readonly moves: readonly Span[]
  /** Saves of the runs before. */
  readonly before: readonly Span[]
}

export interface TraceAnswer {
  readonly spans: readonly Span[]
  readonly lines: readonly NumberedLine[]
}

/** A run of the loop; its name is when it began. */
export interface LoopRun {
  readonly name: string
  readonly isPresent: boolean
}

/** How many are new since the last telling, for a page to ask for what of them it shows. */
export interface Fresh {
  readonly overview?: Overview
  readonly lines: number
  readonly spans: number
  readonly points: number
  readonly findings: number
}
