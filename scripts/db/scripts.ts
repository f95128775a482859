import type { BackupRule } from '../../k8s/model/database.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { databaseOf } from '../../k8s/services.ts'
import { rotationSql } from '../../lib/secrets/rotation.ts'
import type { BackupRecord } from './record.ts'

/** The whole database as one archive on standard output. */
export const DUMP = 'pg_dump --format=custom --no-password --lock-wait-timeout=60s'

/**
 * Reads an archive on standard input to its end and tells what is in it: `table<TAB>rows` for each table, and the revision
 * of the schema. In pg_dump's text format a row is one line, and no row is `\.`:
 * https://www.postgresql.org/docs/17/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export const contents = ({ revision }: BackupRule) => `pg_restore --data-only --file=- | awk '
  table == "" && /^COPY .* FROM stdin;$/ {
    match($0, /^COPY ("([^"]|"")+"|[^" ]+)\\.("([^"]|"")+"|[^" ]+) /)
    table = substr($0, 6, RLENGTH - 6)
    rows[table] = 0
    next
  }
  table != "" && $0 == "\\\\." { table = ""; next }
  table != "" { rows[table]++ }
  table == "${revision.table.replaceAll('"', '\\"')}" { print "revision\\t" $0 }
  END { for (table in rows) print table "\\t" rows[table] }
'`

const PSQL = 'psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1'

/** Tables that a person or a program made: not PostgreSQL's own, nor an extension's. */
const TABLES = `
  SELECT format('%I.%I', nspname, relname) AS name
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname !~ '^pg_'
    AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
    )`

/** Tells what is in the database: `table<TAB>rows` for each table, and how many people have an account. */
export function presence(stack: Stack): string {
  const { people } = databaseOf(stack)
  return `${PSQL} --no-align --tuples-only --field-separator=$'\\t' <<'END'
SELECT format('SELECT %L, count(*) FROM %s', name, name) FROM (${TABLES}) AS tables
\\gexec
SELECT 'SELECT ''people'', count(*) FROM ${people.table} WHERE ${quoted(people.where)}'
WHERE to_regclass('${people.table}') IS NOT NULL
\\gexec
END`
}

/**
 * Puts the archive on standard input in the place of what the database has. `$1` begins the transaction, `$2` ends it:
 * one that is cut anywhere between them is rolled back.
 */
export const RESTORE = `{
  printf '%s' "$1"
  pg_restore --clean --if-exists --no-owner --no-privileges --no-comments --file=- && printf '%s' "$2"
} | ${PSQL} --output=/dev/null`

/** Begins the transaction and takes every table away, those too that the archive does not know. */
export const BEGIN = `BEGIN;
SET LOCAL lock_timeout = '60s';
SET LOCAL client_min_messages = 'warning';
DO $$
DECLARE
  tables text;
BEGIN
  SELECT string_agg(name, ', ') INTO tables FROM (${TABLES}) AS tables;
  IF tables IS NOT NULL THEN EXECUTE 'DROP TABLE ' || tables || ' CASCADE'; END IF;
END
$$;
`

/** Takes everything out of a database, in one transaction. The rights of `public` are those of a new one. */
export const EMPTY = `${PSQL} --output=/dev/null <<'END'
BEGIN;
SET LOCAL lock_timeout = '60s';
SET LOCAL client_min_messages = 'warning';
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
\\gexec
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMIT;
END`

/** Runs the statements on standard input. */
export const STATEMENTS = `${PSQL} --output=/dev/null`

/** What of the data only secrets of the stack that made it open: here it is made anew. */
function opened(stack: Stack): string[] {
  const { password } = databaseOf(stack)
  return Object.entries(stack.secrets).flatMap(([name, rule]) =>
    rule.source === 'generated' && rule.opens && name !== password ? [name] : [],
  )
}

/** Ends the transaction, if each table has the rows that the record tells of; and lets this stack's secrets open it. */
export function commit(stack: Stack, { rows }: Pick<BackupRecord, 'rows'>): string {
  const checks = Object.entries(rows).map(
    ([table, count]) => `
  SELECT count(*) INTO found FROM ${table};
  IF found <> ${count} THEN
    RAISE EXCEPTION 'table % has % rows, the backup has %', $name$${table}$name$, found, ${count};
  END IF;`,
  )
  return `
DO $$
DECLARE
  found bigint;
BEGIN${checks.join('')}
END
$$;
${opened(stack)
  .map((key) => rotationSql(stack, key, ''))
  .join('\n')}
COMMIT;
`
}

/** In a text of SQL. */
function quoted(sql: string): string {
  return sql.replaceAll("'", "''")
}
