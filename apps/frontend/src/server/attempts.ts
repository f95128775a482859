import { type Kysely, sql } from 'kysely'
import { type AuthDatabase, authSchema } from './database.ts'

const now = sql<string>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** Longer than any window, in milliseconds: then nobody asks for a count any more. */
const forgotten = 3_600_000

export interface Attempts {
  count: number
  /** Until the next window opens. */
  seconds: number
}

/**
 * Counts one attempt in a fixed window that begins with the first: one row a key, shared by all replicas, on the
 * database's clock.
 *
 * @param window how long it is, in seconds; at most an hour
 */
export async function countAttempt(
  database: Kysely<AuthDatabase>,
  key: string,
  window: number,
): Promise<Attempts> {
  const db = database.withSchema(authSchema)
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
      .where('lastRequest', '<', sql<string>`${now} - ${forgotten}::bigint`)
      .execute()
  return { count, seconds: Math.max(1, Math.ceil(Number(remaining) / 1_000)) }
}

/** As if each key had been counted once less. */
export async function takeBackAttempt(
  database: Kysely<AuthDatabase>,
  keys: readonly string[],
): Promise<void> {
  await database
    .withSchema(authSchema)
    .updateTable('rateLimit')
    .set({ count: sql`count - 1` })
    .where('key', 'in', keys)
    .where('count', '>', 0)
    .execute()
}
