import type { BetterAuthRateLimitStorage } from 'better-auth'
import type { Kysely } from 'kysely'
import { countAttempt } from './attempts.ts'
import type { AuthDatabase } from './database.ts'

/**
 * Where Better Auth counts the attempts of an address.
 * Its own storage starts the window anew at each attempt: one attempt every nine seconds would be refused for good.
 */
export function signInWindow(database: Kysely<AuthDatabase>): BetterAuthRateLimitStorage {
  return {
    async consume(key, { window, max }) {
      const { count, seconds } = await countAttempt(database, key, window)
      const allowed = count <= max
      return { allowed, retryAfter: allowed ? null : seconds }
    },
  }
}
