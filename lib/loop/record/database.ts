import { rmdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'

// Its exports are not seen by `import`.
const sqlite: typeof import('node-sqlite3-wasm') = createRequire(import.meta.url)('node-sqlite3-wasm')

export type Value = string | number | null
export type Row = Readonly<Record<string, unknown>>

/** SQLite in a file. Several processes may use it; each waits for the others. */
export interface RunDatabase {
  readonly run: (sql: string, values?: readonly Value[]) => void
  readonly rows: (sql: string, values?: readonly Value[]) => Row[]
  /** All of the action's changes, or none. */
  readonly together: (action: () => void) => void
  /** Makes a function of SQL, of two values. */
  readonly teach: (name: string, compute: (one: unknown, other: unknown) => Value) => void
  readonly close: () => void
}

/** Milliseconds that another process is waited for; what holds a lock longer was killed. */
const [PATIENCE, LOOK, STALE] = [5_000, 5, 3_000]

/** @throws Error where it cannot be opened, or is none */
export function openDatabase(file: string, schema: string): RunDatabase {
  const database = new sqlite.Database(file)
  const patiently = <Result>(action: () => Result) => waitFor(`${file}.lock`, action)
  const run = (sql: string, values: readonly Value[] = []) => void database.run(sql, [...values])
  try {
    // What a crash of the whole machine loses is a record of the past.
    patiently(() =>
      database.exec(
        `PRAGMA page_size = 16384; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; ${schema}`,
      ),
    )
  } catch (error) {
    database.close()
    throw error
  }
  return {
    run: (sql, values) => patiently(() => run(sql, values)),
    rows: (sql, values = []) => patiently(() => database.all(sql, [...values])),
    together: (action) => {
      patiently(() => database.exec('BEGIN IMMEDIATE'))
      try {
        action()
        database.exec('COMMIT')
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    teach: (name, compute) => void database.function(name, compute),
    close: () => database.close(),
  }
}

function waitFor<Result>(lock: string, action: () => Result): Result {
  for (const until = Date.now() + PATIENCE; ; ) {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'database is locked' || Date.now() > until)
        throw error
    }
    forget(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK)
  }
}

/** The library locks a file by a folder, which outlives a process that is killed. */
function forget(lock: string): void {
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (made === undefined || Date.now() - made < STALE) return
  try {
    rmdirSync(lock)
  } catch {
    // Another one was quicker.
  }
}
