import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { type AuthDatabase, authSchema, connect } from './server/database.ts'
import { log } from './server/log.ts'
import { mayPass } from './server/may-pass.ts'
import { schemaState } from './server/schema-state.ts'
import { type Settings, settings } from './server/settings.ts'

/** How long a failure may go on that passes, and how soon it is tried again, in ms. */
const patience = 60_000
const pause = 1_000

/** Whoever waits for a table keeps all from it who come later: so not for long, but again and again. */
const lockPatience = '2s'

/** Any number that the backend's migration does not use. */
const advisoryLock = 7_261_001

/** Brings Better Auth's tables to head; does nothing when they are. */
async function migrate(settings: Settings, database: Kysely<AuthDatabase>): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    // A migration takes as long as it takes, and so does the one that another replica is at.
    await sql`
      select set_config(name, '0', true) from pg_settings
      where name in ('statement_timeout', 'transaction_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')
    `.execute(transaction)
    await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(transaction)
    await sql`select set_config('lock_timeout', ${lockPatience}, true)`.execute(transaction)
    await transaction.schema.createSchema(authSchema).ifNotExists().execute()
    const { missing, migrate } = await schemaState(settings, transaction)
    await migrate()
    return missing
  })
}

async function insistently<T>(action: () => Promise<T>): Promise<T> {
  let deadline: number | undefined
  for (;;) {
    try {
      return await action()
    } catch (error) {
      deadline ??= Date.now() + patience
      if (!mayPass(error) || Date.now() + pause > deadline) throw error
      await wait(pause)
    }
  }
}

try {
  const database = connect(settings().databaseUrl)
  const created = await insistently(() => migrate(settings(), database))
  await database.destroy()
  log('info', created.length > 0 ? 'Schema auth migrated to head' : 'Schema auth is at head', { created })
} catch (error) {
  const cause = error instanceof Error ? error.message || error.name : String(error)
  process.stderr.write(`The schema auth could not be migrated: ${cause}\n`)
  process.exit(1)
}
