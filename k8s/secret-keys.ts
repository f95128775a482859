import { postgres } from './services.ts'
import type { SecretKey, Settings } from './settings.ts'

/**
 * - `given`: only a person knows it.
 * - `generated`: random, made once.
 * - `derived`: follows from other values, made anew each time.
 */
export interface SecretKeyRule {
  readonly name: SecretKey
  readonly source: 'given' | 'generated' | 'derived'
  /** What in the database only this value opens: with data there, a lost value cannot be made up. */
  readonly opens?: string
}

/** The keys of the Secret that these settings ask for. */
export function secretKeys(settings: Settings): readonly SecretKeyRule[] {
  const inCluster = settings.database === 'cluster'
  return [
    ...(inCluster
      ? [{ name: 'POSTGRES_PASSWORD', source: 'generated', opens: "the database's password" } as const]
      : []),
    { name: 'DATABASE_URL', source: inCluster ? 'derived' : 'given' },
    { name: 'BETTER_AUTH_SECRET', source: 'generated', opens: 'the key that encrypts the signing keys' },
    { name: 'SMOKE_PASSWORD', source: 'generated', opens: "the smoke user's password" },
    // 32 random bytes are a key of P-256, but for one case in 2³².
    ...(settings.reminders ? [{ name: 'VAPID_PRIVATE_KEY', source: 'generated' } as const] : []),
    ...(settings.assistant.kind === 'external' ? [{ name: 'OPENAI_API_KEY', source: 'given' } as const] : []),
  ]
}

/** Keys whose value `--rotate` can make anew. */
export const ROTATABLE = [
  'POSTGRES_PASSWORD',
  'BETTER_AUTH_SECRET',
  'SMOKE_PASSWORD',
  'VAPID_PRIVATE_KEY',
] as const
export type RotatableKey = (typeof ROTATABLE)[number]

/**
 * The connection string of the stack's own database.
 *
 * @param address `host:port` of PostgreSQL
 */
export function databaseUrl(password: string, address: string): string {
  return `postgresql://${postgres.user}:${encodeURIComponent(password)}@${address}/${postgres.database}`
}
