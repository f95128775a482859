import type { Row, RunDatabase, Value } from './database.ts'
import type { MetricPoint, PastFinding, Span, TraceSummary } from './kinds.ts'

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
export function traces(database: RunDatabase, wanted: WantedTraces, most: number): TraceSummary[] {
  const { slow, failed, service, request, contains } = wanted
  const parts: [sql: string, ...values: Value[]][] = []
  const within = (condition: string, ...values: Value[]) =>
    parts.push([`trace IN (SELECT trace FROM ${condition})`, ...values])
  if (failed) within('span WHERE failed')
  if (service !== undefined) within('span WHERE service = ?', service)
  if (request !== undefined)
    // A span tells its request itself, also where no line was written about it.
    within(
      `line WHERE trace IS NOT NULL AND request >= ? AND request < ?
        UNION SELECT trace FROM span WHERE attributes ->> 'request_id' >= ? AND attributes ->> 'request_id' < ?`,
      ...[request, `${request}\uffff`, request, `${request}\uffff`],
    )
  const like = contains && `%${contains.replaceAll(/[\\%_]/g, '\\$&')}%`
  if (like) within("span WHERE name LIKE ? ESCAPE '\\' OR attributes LIKE ? ESCAPE '\\'", like, like)
  const where = parts.map(([sql]) => sql).join(' AND ') || '1'
  const sql = `SELECT trace, min(at) AS at, max(at + ms) AS until, count(*) AS spans, sum(failed) AS failed,
      json_group_array(DISTINCT service) AS services
    FROM span WHERE ${where} GROUP BY trace ORDER BY ${slow ? 'until - min(at)' : 'min(at)'} DESC LIMIT ?`
  return database
    .rows(sql, [...parts.flatMap(([, ...values]) => values), most])
    .map(({ trace, at, until, spans, failed, services }) => ({
      traceId: String(trace),
      ...firstOf(database, String(trace)),
      at: Number(at),
      milliseconds: Number(until) - Number(at),
      spans: Number(spans),
      failed: Number(failed),
      services: JSON.parse(String(services)),
    }))
}

/** Of several that began at once, as coarse clocks tell it, the one around them. */
function firstOf(database: RunDatabase, trace: string): Pick<TraceSummary, 'service' | 'name'> {
  const sql = 'SELECT service, name FROM span WHERE trace = ? ORDER BY at, parent IS NOT NULL, id LIMIT 1'
  const [{ service, name } = {}] = database.rows(sql, [trace])
  return { service: String(service), name: String(name) }
}

/** @returns the spans of a trace, in the order in which they began */
export function trace(database: RunDatabase, id: string): Span[] {
  const each = ['span', 'move'].map((table) => `SELECT * FROM ${table} WHERE trace = ?`)
  return database.rows(`${each.join(' UNION ALL ')} ORDER BY at, id`, [id, id]).map(spanOf)
}

/** @returns all spans of programs, or all moves of the loop, in the order in which they ended */
export function spans(database: RunDatabase, ofLoop: boolean, name?: string): Span[] {
  const named = name === undefined ? '' : ' WHERE name = ?'
  return database
    .rows(`SELECT * FROM ${ofLoop ? 'move' : 'span'}${named} ORDER BY id`, name === undefined ? [] : [name])
    .map(spanOf)
}

export function points(database: RunDatabase): MetricPoint[] {
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

export function pastFindings(database: RunDatabase): PastFinding[] {
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
