import type { LoopEvent } from './event.ts'
import type { Pause } from './pause.ts'

/** What each part of a loop has that follows something. */
export interface Course {
  readonly tell: (event: LoopEvent) => void
  readonly pause: Pick<Pause, 'after' | 'isOn'>
  /** Ends it. */
  readonly signal: AbortSignal
}
