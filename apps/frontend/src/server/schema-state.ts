import { getMigrations } from 'better-auth/db/migration'
import type { Kysely } from 'kysely'
import { authOptions } from './auth-options.ts'
import type { AuthDatabase } from './database.ts'
import type { Settings } from './settings.ts'

export interface SchemaState {
  /** What is missing, as `table` or `table.column`; empty at head. */
  missing: string[]
  /** Creates what is missing. */
  migrate: () => Promise<void>
}

/** Compares the database with the tables that Better Auth needs. */
export async function schemaState(settings: Settings, database: Kysely<AuthDatabase>): Promise<SchemaState> {
  // Quieter than the rest: Better Auth takes its own bigint column for a wrong one and warns of it each time.
  const plan = await getMigrations({ ...authOptions(settings, database), logger: { level: 'error' } })
  return {
    missing: [
      ...plan.toBeCreated.map(({ table }) => table),
      ...plan.toBeAdded.flatMap(({ table, fields }) =>
        Object.keys(fields).map((field) => `${table}.${field}`),
      ),
      ...plan.toBeAddedIndexes.map(({ name }) => name),
    ],
    migrate: plan.runMigrations,
  }
}
