import type { Line } from '../facts.ts'

/** Fields of a JSON log line, ours and others', that say what went wrong. */
const TELLING = ['message', 'msg', 'error', 'detail', 'cause', 'exception', 'stack'] as const

/**
 * Reads a log with timestamps, as `kubectl logs --timestamps` prints it. JSON lines become what they say, a traceback
 * in one of their fields becomes lines of its own.
 */
export function plainLines(log: string): Line[] {
  return log
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [, time = '', text = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
      const at = Date.parse(time)
      return texts(text).map((text) => ({ at: Number.isNaN(at) ? 0 : at, text }))
    })
}

/** Characters: some tools print whole pages in a line. */
const LONGEST = 300

/** What one log line says, as lines. */
export function texts(line: string): string[] {
  return textsOf(line).map((text) => text.slice(0, LONGEST))
}

function textsOf(line: string): string[] {
  if (!line.startsWith('{')) return [line]
  try {
    const fields = JSON.parse(line) as Record<string, unknown>
    const values = TELLING.flatMap((name) => {
      const value = fields[name]
      return typeof value === 'string' && value ? value.split('\n') : []
    })
    return values.length > 0 ? values : [line]
  } catch {
    return [line]
  }
}
