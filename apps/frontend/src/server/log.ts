import { currentRequestId } from './current-request.ts'
import { type LogLevel, settings } from './settings.ts'
import { telemetry } from './telemetry.ts'

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 }

type Fields = Record<string, string | number | boolean | null | undefined | readonly string[]>

/** Writes one JSON line to stdout, with the id of the request it is about, unless `level` is below LOG_LEVEL. */
export function log(level: LogLevel, message: string, fields: Fields = {}): void {
  if (rank[level] < rank[settings().logLevel]) return
  const line = {
    time: new Date().toISOString(),
    level,
    service: 'frontend',
    message,
    request_id: currentRequestId(),
    ...telemetry()?.ids(),
    ...fields,
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
