import type { LoopEvent } from '../event.ts'
import { clock } from './clock.ts'
import { colourOf, type Paint } from './paint.ts'

/**
 * A log entry as a person reads it: `12:03:44 api  GET /items/1 200 12 ms  req=ab12cd34`, a traceback below. When it came
 * counts for programs that do not say when they wrote it.
 */
export function logText(
  { service, line, at }: Omit<Extract<LoopEvent, { kind: 'log' }>, 'kind'>,
  names: readonly string[],
  paint: Paint,
): string[] {
  const { time, level, text, requestId, below } = line
  const words = level === 'error' ? paint('red', text) : level === 'warning' ? paint('yellow', text) : text
  const name = paint(colourOf(service, names), service.padEnd(Math.max(...names.map(({ length }) => length))))
  // The first characters tell requests apart; `grep` finds the rest of the id by them.
  const request = requestId ? `  ${paint('dim', `req=${requestId.slice(0, 8)}`)}` : ''
  return [
    `${paint('dim', clock(time ?? at))} ${name}  ${words}${request}`,
    ...below.map((line) => `  ${paint('red', line)}`),
  ]
}
