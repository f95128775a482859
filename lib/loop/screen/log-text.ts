import type { LogLine } from '../../runtimes/log-line.ts'
import { clock } from './clock.ts'
import { colourOf, type Paint } from './paint.ts'

/**
 * A log entry as a person reads it: `12:03:44 api  GET /items/1 200 12 ms  req=ab12cd34`, a traceback below.
 *
 * @param at when it came, for programs that do not say when they wrote it; milliseconds since 1970
 */
export function logText(
  service: string,
  { time, level, text, requestId, below }: LogLine,
  at: number,
  names: readonly string[],
  paint: Paint,
): string[] {
  const words = level === 'error' ? paint('red', text) : level === 'warning' ? paint('yellow', text) : text
  const name = paint(colourOf(service, names), service.padEnd(Math.max(...names.map(({ length }) => length))))
  // The first characters tell requests apart; `grep` finds the rest of the id by them.
  const request = requestId ? `  ${paint('dim', `req=${requestId.slice(0, 8)}`)}` : ''
  return [
    `${paint('dim', clock(time ?? at))} ${name}  ${words}${request}`,
    ...below.map((line) => `  ${paint('red', line)}`),
  ]
}
