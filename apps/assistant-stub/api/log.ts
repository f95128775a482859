const LEVELS = { debug: 10, info: 20, warning: 30, error: 40 } as const

export type LogLevel = keyof typeof LEVELS
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void

export const LOG_LEVELS = Object.keys(LEVELS) as readonly LogLevel[]

/** A log that writes one JSON object a line to stdout, for entries at `threshold` or above. */
export function createLog(threshold: LogLevel): Log {
  return (level, message, fields = {}) => {
    if (LEVELS[level] < LEVELS[threshold]) return
    const entry = { time: new Date().toISOString(), level, service: 'assistant-stub', message, ...fields }
    process.stdout.write(`${JSON.stringify(entry)}\n`)
  }
}
