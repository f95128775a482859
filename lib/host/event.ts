import type { LogLine } from '../runtimes/log-line.ts'
import type { Telemetry } from '../runtimes/telemetry-line.ts'

/** What is told of the programs while they run in the foreground. Times are milliseconds since 1970. */
export type HostEvent =
  | { readonly kind: 'pod'; readonly service: string; readonly pod: string; readonly ready: boolean }
  /** It ends; where it is `ending`, it may answer until it is told that it has ended. */
  | { readonly kind: 'pod gone'; readonly service: string; readonly pod: string; readonly ending?: true }
  | { readonly kind: 'log'; readonly service: string; readonly line: LogLine; readonly at: number }
  | { readonly kind: 'telemetry'; readonly service: string; readonly data: Telemetry; readonly at: number }
  /** A line that a command of ours, or Skaffold, wrote. */
  | { readonly kind: 'note'; readonly text: string }
