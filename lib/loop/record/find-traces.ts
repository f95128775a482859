import type { Database, Row, Value } from './database.ts'
import { LOOP, type PastFinding, type Point, type Span, type TraceSummary } from './kinds.ts'

export interface WantedTraces {
  /** The slowest first, not the newest. */
  readonly slow?: boolean | undefined
  readonly failed?: boolean | undefined
  readonly service?: string | undefined
  /** Of the request with this id, or one that begins so. */
  readonly request?: string | undefined
  /** Somewhere in the name or the attributes of one of its spans. */
  readonly contains?: string | undefined
}

/** @returns traces of the stack's programs; the loop's own moves are told as saves */
export function traces(database: Database, wanted: WantedTraces, most: number): TraceSummary[] {
  const { slow, failed, service, request, contains } = wanted
  const parts: [sql: string, ...values: Value[]][] = []
  const within = (condition: string, ...values: Value[]) =>
    parts.push([`trace IN (SELECT trace FROM ${condition})`, ...values])
  if (failed) within('span WHERE failed')
  if (service !== undefined) within('span WHERE service = ?', service)
  if (request !== undefined)
    within('line WHERE trace IS NOT NULL AND request >= ? AND request < ?', request, `${request}\uffff`)
  const like = contains && `%${contains.replaceAll(/[\\%_]/g, '\\$&')}%`
  if (like) within("span WHERE name LIKE ? ESCAPE '\\' OR attributes LIKE ? ESCAPE '\\'", like, like)
  const where = [['service <> ?'], ...parts].map(([sql]) => sql).join(' AND ')
  // Of several values at once, SQLite gives the row that has the smallest `at`.
  const sql = `SELECT trace, service, name, min(at) AS at, max(at + ms) AS until, count(*) AS spans,
      sum(failed) AS failed, group_concat(DISTINCT service) AS services
    FROM span WHERE ${where} GROUP BY trace ORDER BY ${slow ? 'until - min(at)' : 'min(at)'} DESC LIMIT ?`
  return database
    .rows(sql, [LOOP, ...parts.flatMap(([, ...values]) => values), most])
    .map(({ trace, service, name, at, until, spans, failed, services }) => ({
      traceId: String(trace),
      service: String(service),
      name: String(name),
      at: Number(at),
      milliseconds: Number(until) - Number(at),
      spans: Number(spans),
      failed: Number(failed),
      services: String(services).split(','),
    }))
}

/** @returns the spans of a trace, in the order in which they began */
export function trace(database: Database, id: string): Span[] {
  return database.rows('SELECT * FROM span WHERE trace = ? ORDER BY at, id', [id]).map(spanOf)
}

/** @returns all spans of programs, or all moves of the loop, in the order in which they ended */
export function spans(database: Database, ofLoop: boolean, name?: string): Span[] {
  const named = name === undefined ? '' : ' AND name = ?'
  return database
    .rows(`SELECT * FROM span WHERE service ${ofLoop ? '=' : '<>'} ?${named} ORDER BY id`, [
      ...[LOOP, ...(name === undefined ? [] : [name])],
    ])
    .map(spanOf)
}

export function points(database: Database): Point[] {
  return database.rows('SELECT * FROM point ORDER BY at').map((row) => ({
    at: Number(row.at),
    service: String(row.service),
    name: String(row.name),
    unit: String(row.unit),
    kind: row.kind === 'sum' ? 'sum' : 'gauge',
    attributes: JSON.parse(String(row.attributes)),
    value: Number(row.value),
  }))
}

export function pastFindings(database: Database): PastFinding[] {
  return database.rows('SELECT * FROM finding ORDER BY id DESC').map((row) => ({
    at: Number(row.at),
    ...(row.gone === null ? {} : { gone: Number(row.gone) }),
    cause: String(row.cause),
    where: String(row.place),
    message: String(row.message),
    cure: String(row.cure),
  }))
}

function spanOf({ trace, span, parent, service, name, at, ms, failed, attributes }: Row): Span {
  return {
    traceId: String(trace),
    spanId: String(span),
    ...(parent ? { parentId: String(parent) } : {}),
    service: String(service),
    name: String(name),
    at: Number(at),
    milliseconds: Number(ms),
    failed: failed === 1,
    attributes: JSON.parse(String(attributes)),
  }
}
