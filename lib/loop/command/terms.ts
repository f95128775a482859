import type { Paint } from '../screen/paint.ts'
import type { Ask } from '../session/questions.ts'

/** What a command of `npm run loop` runs with: in the loop itself, or where none runs, in a process of its own. */
export interface Terms {
  readonly ask: Ask
  /** A line of what is answered. */
  readonly say: (line: string) => void
  /** Tells who waits how many seconds this may take; undefined: without an end. */
  readonly takes: (seconds: number | undefined) => void
  readonly paint: Paint
  /** What paths that are typed are relative to. */
  readonly folder: string
  /** Of the programs that write the log. */
  readonly names: readonly string[]
}
