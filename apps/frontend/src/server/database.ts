import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type LogEvent,
  PostgresDialect,
  type PostgresPool,
} from 'kysely'
import { Pool, type PoolConfig } from 'pg'
import { currentRequestId } from './current-request.ts'
import { noteFailure } from './database-trouble.ts'
import { log } from './log.ts'
import { oncePerProcess } from './once-per-process.ts'
import { settings } from './settings.ts'
import { telemetry } from './telemetry.ts'

/** Better Auth's tables live here, apart from the backend's in `public`. */
export const authSchema = 'auth'

/** Bytes that PostgreSQL keeps of an application_name. */
const longestName = 63

export interface RateLimitTable {
  id: string
  key: string
  count: number
  /** Start of the window, in milliseconds since 1970. */
  lastRequest: string
}

export interface AuthDatabase {
  rateLimit: RateLimitTable
}

/** The connection pool of this process, opened on first use. */
export function database(): Kysely<AuthDatabase> {
  return oncePerProcess('database', () => connect(settings().databaseUrl))
}

/** A pool on a libpq connection string; each connection attempt fails after 3 s. */
export function connect(databaseUrl: string): Kysely<AuthDatabase> {
  const pool = new Pool(poolConfig(databaseUrl))
  pool.on('error', (error) =>
    log('warning', 'An idle database connection was lost', { cause: error.message }),
  )
  telemetry()?.watchConnections(() => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount }))
  const dialect = new PostgresDialect({ pool: noting(pool), onReserveConnection: nameRequest })
  return new Kysely({ dialect, log: traceStatement })
}

/** Kysely's log has what a statement came to, but not that there was no connection for it. */
function noting(pool: Pool): PostgresPool {
  const connect = () =>
    pool.connect().catch((error: unknown) => {
      noteFailure(error)
      throw error
    })
  return { connect, end: () => pool.end() }
}

/** In pg_stat_activity one then sees for which request a connection works, or worked last. */
async function nameRequest(connection: DatabaseConnection): Promise<void> {
  const requestId = currentRequestId()
  if (!requestId) return
  const name = `frontend ${requestId}`.slice(0, longestName)
  await connection.executeQuery(CompiledQuery.raw("select set_config('application_name', $1, false)", [name]))
}

function traceStatement({ query, queryDurationMillis, ...event }: LogEvent): void {
  if (event.level === 'error') noteFailure(event.error)
  const failure = event.level === 'error' && event.error instanceof Error ? event.error.name : undefined
  telemetry()?.noteStatement(query.sql, queryDurationMillis, failure)
}

function poolConfig(databaseUrl: string): PoolConfig {
  const url = new URL(databaseUrl)
  // Without it node-postgres takes sslmode=require for verify-full, unlike libpq and the backend.
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true')
  return {
    connectionString: url.href,
    enableChannelBinding: ['prefer', 'require'].includes(url.searchParams.get('channel_binding') ?? ''),
    application_name: 'frontend',
    max: 5,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  }
}
