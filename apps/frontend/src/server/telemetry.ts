import type { IncomingMessage } from 'node:http'
import { oncePerProcess } from './once-per-process.ts'

/** What this server says of itself to whoever gathers that. The packages that do so are loaded only where somebody does. */
export interface Telemetry {
  /** Begins to trace a request, whose own headers lead to what traces it further. */
  readonly begin: (request: IncomingMessage, requestId: string) => ServedRequest
  /** `trace_id` and `span_id` of what is done, for its log lines. */
  readonly ids: () => TraceIds
  /** What a request to others has to bear for its answer to be a part of what is traced. */
  readonly headers: () => Readonly<Record<string, string>>
  /** A statement has been answered after these milliseconds, or has failed. */
  readonly noteStatement: (sql: string, milliseconds: number, failure?: string) => void
  /** Sends what a browser has traced. @param spans as OTLP has them in JSON */
  readonly passOn: (spans: object) => void
  /** Has the connections to the database looked at from time to time. */
  readonly watchConnections: (look: () => { readonly used: number; readonly idle: number }) => void
}

export interface ServedRequest {
  readonly ids: TraceIds
  /** @param status undefined where the caller went away before there was one */
  readonly end: (status: number | undefined) => void
}

export type TraceIds = Readonly<Record<string, string>>

const current = () => oncePerProcess('telemetry', (): { is?: Telemetry } => ({}))

/** Undefined where nobody gathers any. */
export function telemetry(): Telemetry | undefined {
  return current().is
}

/** Has all of this process say what it does by `one`. */
export function traceBy(one: Telemetry): void {
  current().is = one
}
