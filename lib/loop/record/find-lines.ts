import type { Row, RunDatabase, Value } from './database.ts'
import { type KeptLine, LEVELS } from './kinds.ts'
import type { Wanted } from './wanted.ts'

const COLUMNS = 'id, at, service, level, text, request, trace, span, below'

/** @returns the last lines that are wanted, in the order in which they came */
export function lastLines(database: RunDatabase, wanted: Wanted, most: number): KeptLine[] {
  const text = wanted.grep === undefined ? undefined : new RegExp(wanted.grep, 'i')
  if (text)
    database.teach('fits', (line, below) =>
      [line, below].some((part) => part !== null && text.test(String(part))) ? 1 : 0,
    )
  const [where, values] = condition(wanted)
  return database
    .rows(`SELECT ${COLUMNS} FROM line WHERE ${where} ORDER BY id DESC LIMIT ?`, [...values, most])
    .reverse()
    .map(lineOf)
}

/** @returns the ids of all lines that are wanted, after that one, ascending */
export function lineIds(database: RunDatabase, wanted: Wanted, after: number): number[] {
  const [where, values] = condition(wanted)
  // One text: a row each would cross from WebAssembly for every line.
  const [row] = database.rows(`SELECT json_group_array(id) AS ids FROM line WHERE id > ? AND ${where}`, [
    after,
    ...values,
  ])
  return JSON.parse(String(row?.ids ?? '[]'))
}

/** @returns the id of the oldest line that is kept; 0 where there is none */
export function firstLine(database: RunDatabase): number {
  return Number(database.rows('SELECT min(id) AS first FROM line')[0]?.first ?? 0)
}

export function linesOf(
  database: RunDatabase,
  ids: readonly number[],
): (KeptLine & { readonly id: number })[] {
  return database
    .rows(`SELECT ${COLUMNS} FROM line WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`, [
      JSON.stringify(ids),
    ])
    .map((row) => ({ id: Number(row.id), ...lineOf(row) }))
}

function condition(wanted: Wanted): [where: string, values: Value[]] {
  const { service, since, level, request, trace, contains, grep } = wanted
  const like = contains && `%${contains.replaceAll(/[\\%_]/g, '\\$&')}%`
  const parts: [sql: string, ...values: Value[]][] = []
  if (service !== undefined) parts.push(['service = ?', service])
  if (since !== undefined) parts.push(['at >= ?', since])
  if (level !== undefined) parts.push(['level >= ?', LEVELS.indexOf(level)])
  if (trace !== undefined) parts.push(['trace = ?', trace])
  if (request !== undefined) parts.push(['request >= ? AND request < ?', request, `${request}\uffff`])
  if (like) parts.push(["(text LIKE ? ESCAPE '\\' OR below LIKE ? ESCAPE '\\')", like, like])
  if (grep !== undefined) parts.push(['fits(text, below)'])
  return [parts.map(([sql]) => sql).join(' AND ') || '1', parts.flatMap(([, ...values]) => values)]
}

function lineOf({ at, service, level, text, request, trace, span, below }: Row): KeptLine {
  return {
    at: Number(at),
    service: String(service),
    level: LEVELS[Number(level)] ?? 'info',
    text: String(text),
    ...(request ? { requestId: String(request) } : {}),
    ...(trace ? { traceId: String(trace) } : {}),
    ...(span ? { spanId: String(span) } : {}),
    ...(below ? { below: String(below).split('\n') } : {}),
  }
}
