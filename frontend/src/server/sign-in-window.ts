import type { BetterAuthRateLimitStorage } from 'better-auth'
import { type Kysely, sql } from 'kysely'
import { type AuthDatabase, authSchema } from './database.ts'

const now = sql<string>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/**
 * Counts attempts in fixed windows, one row a key, shared by all replicas.
 * Better Auth's own storage starts the window anew at each attempt: one attempt every nine seconds would be refused for good.
 */
export function signInWindow(database: Kysely<AuthDatabase>): BetterAuthRateLimitStorage {
  const db = database.withSchema(authSchema)
  return {
    async consume(key, { window, max }) {
      const length = window * 1_000
      const expired = sql<boolean>`"rateLimit"."lastRequest" <= ${now} - ${length}::bigint`
      const { count, remaining } = await db
        .insertInto('rateLimit')
        .values({ id: crypto.randomUUID(), key, count: 1, lastRequest: now })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql`case when ${expired} then 1 else "rateLimit".count + 1 end`,
            lastRequest: sql`case when ${expired} then ${now} else "rateLimit"."lastRequest" end`,
          }),
        )
        .returning(['count', sql<string>`"lastRequest" + ${length}::bigint - ${now}`.as('remaining')])
        .executeTakeFirstOrThrow()
      if (count === 1)
        await db
          .deleteFrom('rateLimit')
          .where('lastRequest', '<', sql<string>`${now} - ${length}::bigint`)
          .execute()
      const allowed = count <= max
      return { allowed, retryAfter: allowed ? null : Math.max(1, Math.ceil(Number(remaining) / 1_000)) }
    },
  }
}
