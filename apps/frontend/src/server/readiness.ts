import { sql } from 'kysely'
import { database } from './database.ts'
import { schemaState } from './schema-state.ts'
import { settings } from './settings.ts'

let atHead = false

/** Why this replica cannot serve yet, or undefined: the database answers and Better Auth's schema is at head. */
export async function notReadyBecause(): Promise<string | undefined> {
  try {
    if (atHead) await sql`select 1`.execute(database())
    else {
      const { missing } = await schemaState(settings(), database())
      if (missing.length > 0) return `The schema auth lacks ${missing.join(', ')}: run node migrate.mjs.`
      atHead = true
    }
  } catch (error) {
    return `The database does not answer: ${error instanceof Error ? error.message : error}`
  }
}
