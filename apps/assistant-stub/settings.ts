import { LOG_LEVELS, type LogLevel } from './api/log.ts'

export type Settings = { readonly host: string; readonly port: number; readonly logLevel: LogLevel }

/**
 * Reads HOSTNAME (the address to listen at), PORT and LOG_LEVEL.
 * Throws an Error whose message names the variable at fault and its cure.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const { HOSTNAME = '', PORT = '', LOG_LEVEL = '' } = env
  const logLevel = LOG_LEVELS.find((level) => level === LOG_LEVEL.toLowerCase())
  if (HOSTNAME === '') {
    throw new Error(
      'The environment variable HOSTNAME is missing; set it to the address to listen at, such as 127.0.0.1.',
    )
  }
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535) {
    throw new Error(`The environment variable PORT is ${quoted(PORT)}; set it to a port number such as 8002.`)
  }
  if (!logLevel) {
    const levels = LOG_LEVELS.join(', ')
    throw new Error(`The environment variable LOG_LEVEL is ${quoted(LOG_LEVEL)}; set it to one of ${levels}.`)
  }
  return { host: HOSTNAME, port: Number(PORT), logLevel }
}

function quoted(value: string): string {
  return value === '' ? 'missing' : `'${value}'`
}
