/** What is kept of a run of the loop. Times are milliseconds since 1970. */

export const LEVELS = ['debug', 'info', 'warning', 'error'] as const
export type Level = (typeof LEVELS)[number]

/** A log line as it is kept, and as others are told it. */
export interface KeptLine {
  readonly at: number
  readonly service: string
  readonly level: Level
  readonly text: string
  readonly requestId?: string
  readonly traceId?: string
  readonly spanId?: string
  /** Traceback. */
  readonly below?: readonly string[]
}

export type Attributes = Readonly<Record<string, string | number | boolean>>

/** One piece of work, of a program or of the loop itself. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  readonly parentId?: string
  readonly service: string
  readonly name: string
  readonly at: number
  readonly milliseconds: number
  readonly failed: boolean
  readonly attributes: Attributes
}

/** One trace, as a list shows it. */
export interface TraceSummary {
  readonly traceId: string
  /** Of its first span. */
  readonly service: string
  readonly name: string
  readonly at: number
  readonly milliseconds: number
  readonly spans: number
  readonly failed: number
  readonly services: readonly string[]
}

/** One value of a metric. */
export interface MetricPoint {
  readonly at: number
  readonly service: string
  readonly name: string
  readonly unit: string
  /** A sum grows over the time, and starts anew with its program. */
  readonly kind: 'gauge' | 'sum'
  readonly attributes: Attributes
  readonly value: number
}

/** What was wrong, and until when; still, where there is no end. */
export interface PastFinding {
  readonly at: number
  readonly gone?: number
  readonly cause: string
  readonly where: string
  readonly message: string
  readonly cure: string
}

export interface Batch {
  readonly lines?: readonly KeptLine[]
  readonly spans?: readonly Span[]
  readonly points?: readonly MetricPoint[]
  /** New ones, and those that have gone, with when. */
  readonly findings?: readonly PastFinding[]
}

/** The service that the loop's own moves and words are kept under. */
export const LOOP = 'loop'
