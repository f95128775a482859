import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { type AuthDatabase, authSchema, connect } from './server/database.ts'
import { log } from './server/log.ts'
import { schemaState } from './server/schema-state.ts'
import { type Settings, settings } from './server/settings.ts'

const patience = 60_000
const pause = 1_000

/** Any number that the backend's migration does not use. */
const advisoryLock = 7_261_001

/** What a database answers, or does not, while it is still starting. */
const starting = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03'])

/** Brings Better Auth's tables to head; does nothing when they are. */
async function migrate(settings: Settings, database: Kysely<AuthDatabase>): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(transaction)
    await transaction.schema.createSchema(authSchema).ifNotExists().execute()
    const { missing, migrate } = await schemaState(settings, transaction)
    await migrate()
    return missing
  })
}

async function waitForDatabase(database: Kysely<AuthDatabase>): Promise<void> {
  const deadline = Date.now() + patience
  for (;;) {
    try {
      await sql`select 1`.execute(database)
      return
    } catch (error) {
      if (!isStarting(error) || Date.now() + pause > deadline) throw error
      await wait(pause)
    }
  }
}

function isStarting(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') return starting.has(error.code)
  return error.message.includes('timeout')
}

try {
  const database = connect(settings().databaseUrl)
  await waitForDatabase(database)
  const created = await migrate(settings(), database)
  await database.destroy()
  log('info', created.length > 0 ? 'Schema auth migrated to head' : 'Schema auth is at head', { created })
} catch (error) {
  const cause = error instanceof Error ? error.message || error.name : String(error)
  process.stderr.write(`The schema auth could not be migrated: ${cause}\n`)
  process.exit(1)
}
