import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TrustedProxies, trustedProxies } from './client-address.ts'
import { oncePerProcess } from './once-per-process.ts'

const logLevels = ['debug', 'info', 'warning', 'error'] as const

export type LogLevel = (typeof logLevels)[number]

export interface Settings {
  backendUrl: string
  /** Origins a browser may use, such as `http://localhost:3000`; the first is the canonical one. */
  publicOrigins: [string, ...string[]]
  jwtIssuer: string
  jwtAudience: string
  port: string
  trustedProxies: TrustedProxies
  logLevel: LogLevel
  databaseUrl: string
  authSecret: string
}

/** The settings of this process, read once. Throws an Error that names the missing or wrong key and where it is looked for. */
export function settings(): Settings {
  return oncePerProcess('settings', () => ({
    backendUrl: origin('BACKEND_URL', setting('BACKEND_URL')),
    publicOrigins: publicOrigins(),
    jwtIssuer: setting('JWT_ISSUER'),
    jwtAudience: setting('JWT_AUDIENCE'),
    port: setting('PORT'),
    trustedProxies: proxies(),
    logLevel: logLevel(),
    databaseUrl: secret('DATABASE_URL'),
    authSecret: secret('BETTER_AUTH_SECRET'),
  }))
}

function setting(key: string): string {
  const value = process.env[key]?.trim()
  if (!value) throw new Error(`The setting ${key} is missing: set it in the environment of the frontend.`)
  return value
}

function secret(key: string): string {
  const file = join(setting('SECRETS_DIR'), key)
  let value: string
  try {
    value = readFileSync(file, 'utf8').trim()
  } catch {
    throw new Error(`The secret ${key} is missing: it is looked for in the file ${file} (SECRETS_DIR).`)
  }
  if (!value) throw new Error(`The secret ${key} is empty: fill the file ${file} (SECRETS_DIR).`)
  return value
}

function publicOrigins(): [string, ...string[]] {
  const [first, ...others] = setting('PUBLIC_ORIGINS')
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean)
    .map((value) => origin('PUBLIC_ORIGINS', value))
  if (!first)
    throw new Error('The setting PUBLIC_ORIGINS names no origin: give one such as http://localhost:3000.')
  return [first, ...others]
}

function origin(key: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(
      `The setting ${key} holds "${value}", which is no address: write it like http://localhost:3000.`,
    )
  }
  return url.origin
}

function proxies(): TrustedProxies {
  const value = process.env.TRUSTED_PROXIES?.trim() || 'none'
  try {
    return trustedProxies(value)
  } catch {
    throw new Error(
      `The setting TRUSTED_PROXIES holds "${value}": write none, peer, or networks like 10.244.0.0/16.`,
    )
  }
}

function logLevel(): LogLevel {
  const value = setting('LOG_LEVEL').toLowerCase()
  const level = logLevels.find((known) => known === value)
  if (!level) throw new Error(`The setting LOG_LEVEL holds "${value}": use one of ${logLevels.join(', ')}.`)
  return level
}
