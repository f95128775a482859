import { basename } from 'node:path'
import { openDatabase, type RunDatabase } from './database.ts'
import {
  type Batch,
  type KeptLine,
  LEVELS,
  LOOP,
  type MetricPoint,
  type PastFinding,
  type Span,
} from './kinds.ts'

/** Of each kind, in one run. */
export const MOST = { lines: 100_000, spans: 20_000, moves: 20_000, points: 50_000 } as const
/** Of all of one run; 100,000 lines of 150 characters are 19 MB. */
const MOST_BYTES = 256 * 2 ** 20
/** Characters of one line, with what is below it, and of a span's attributes. */
const LONGEST = 16_384
/** Rows that are taken out at a time. */
const SHARE = 0.05

const SPAN = `id INTEGER PRIMARY KEY, trace TEXT, span TEXT, parent TEXT, service TEXT, name TEXT,
  at REAL, ms REAL, failed INTEGER, attributes TEXT`
const SCHEMA = `
CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, at REAL, service TEXT, level INTEGER, text TEXT,
  request TEXT, trace TEXT, span TEXT, below TEXT);
CREATE INDEX IF NOT EXISTS line_trace ON line (trace) WHERE trace IS NOT NULL;
CREATE INDEX IF NOT EXISTS line_request ON line (request) WHERE request IS NOT NULL;
CREATE TABLE IF NOT EXISTS span (${SPAN});
CREATE TABLE IF NOT EXISTS move (${SPAN});
CREATE INDEX IF NOT EXISTS span_trace ON span (trace);
CREATE INDEX IF NOT EXISTS span_name ON span (service, name);
CREATE TABLE IF NOT EXISTS point (id INTEGER PRIMARY KEY, at REAL, service TEXT, name TEXT, unit TEXT, kind TEXT,
  attributes TEXT, value REAL);
CREATE TABLE IF NOT EXISTS finding (id INTEGER PRIMARY KEY, at REAL, gone REAL, cause TEXT, place TEXT, message TEXT, cure TEXT);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT);
`

/** One run of a loop, in a file of its own. */
export interface RunFile {
  /** When it began, as {@link runNames} has it. */
  readonly name: string
  readonly database: RunDatabase
  readonly add: (batch: Batch) => void
  /** Something about the run as a whole, as JSON; it replaces what was said before. */
  readonly setFact: (name: string, value: unknown) => void
  readonly fact: (name: string) => unknown
  readonly close: () => void
}

/** @param bytes of the file, beyond which the oldest lines and spans leave though they are few */
export function openRunFile(file: string, bytes = MOST_BYTES): RunFile {
  const database = openDatabase(file, SCHEMA)
  const { run, rows, together } = database
  return {
    name: basename(file, '.db'),
    database,
    add: ({ lines = [], spans = [], points = [], findings = [] }) =>
      together(() => {
        insert(database, 'line', lines.map(lineRow), MOST.lines)
        const isMove = ({ service }: Span) => service === LOOP
        insert(database, 'span', spans.filter((span) => !isMove(span)).map(spanRow), MOST.spans)
        // What the loop does is little, and is not to leave before its time for what its programs do.
        insert(database, 'move', spans.filter(isMove).map(spanRow), MOST.moves)
        insert(database, 'point', points.map(pointRow), MOST.points)
        for (const finding of findings) note(database, finding)
        while (size(database) > bytes && shrink(database));
      }),
    setFact: (name, value) =>
      run('INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)', [name, JSON.stringify(value)]),
    fact: (name) => {
      const [row] = rows('SELECT value FROM fact WHERE name = ?', [name])
      return row && JSON.parse(String(row.value))
    },
    close: database.close,
  }
}

/** A new one, or that one has gone. */
function note({ run }: RunDatabase, { at, gone, cause, where, message, cure }: PastFinding): void {
  if (gone !== undefined)
    run('UPDATE finding SET gone = ? WHERE cause = ? AND place = ? AND gone IS NULL', [gone, cause, where])
  else
    run('INSERT INTO finding (at, cause, place, message, cure) VALUES (?, ?, ?, ?, ?)', [
      ...[at, cause, where, message, cure],
    ])
}

const OF_SPAN = ['trace', 'span', 'parent', 'service', 'name', 'at', 'ms', 'failed', 'attributes']
const COLUMNS = {
  line: ['at', 'service', 'level', 'text', 'request', 'trace', 'span', 'below'],
  span: OF_SPAN,
  move: OF_SPAN,
  point: ['at', 'service', 'name', 'unit', 'kind', 'attributes', 'value'],
} as const

/** Rows in one statement: what crosses into WebAssembly costs more than what SQLite does. */
function insert(
  { run, rows }: RunDatabase,
  table: keyof typeof COLUMNS,
  added: readonly (readonly unknown[])[],
  most: number,
): void {
  if (added.length === 0) return
  const columns = COLUMNS[table]
  const values = columns.map((_, index) => `value ->> ${index}`)
  run(`INSERT INTO ${table} (${columns}) SELECT ${values} FROM json_each(?)`, [JSON.stringify(added)])
  const [{ first, last } = {}] = rows(`SELECT min(id) AS first, max(id) AS last FROM ${table}`)
  const excess = Number(last) - Number(first) + 1 - most
  if (excess > 0)
    run(`DELETE FROM ${table} WHERE id < ?`, [Number(first) + excess + Math.floor(most * SHARE)])
}

function size({ rows }: RunDatabase): number {
  const [{ pages, page } = {}] = rows(`SELECT page_count - freelist_count AS pages, page_size AS page
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`)
  return Number(pages) * Number(page)
}

/** Takes out a share of what is large. @returns whether there was any */
function shrink({ run, rows }: RunDatabase): boolean {
  const shares = (['line', 'span'] as const).map((table) => {
    const [{ first, last } = {}] = rows(`SELECT min(id) AS first, max(id) AS last FROM ${table}`)
    if (first === null) return false
    const end = Number(first) + Math.ceil((Number(last) - Number(first) + 1) * SHARE)
    run(`DELETE FROM ${table} WHERE id < ?`, [end])
    return true
  })
  return shares.includes(true)
}

function lineRow({ at, service, level, text, requestId, traceId, spanId, below }: KeptLine) {
  const whole = below?.join('\n')
  return [
    ...[at, service, LEVELS.indexOf(level), cut(text)],
    ...[requestId ?? null, traceId ?? null, spanId ?? null, whole ? cut(whole) : null],
  ]
}

function spanRow({ traceId, spanId, parentId, service, name, at, milliseconds, failed, attributes }: Span) {
  const fitting = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'string' ? cut(value) : value,
  ])
  return [
    ...[traceId, spanId, parentId ?? null, service, cut(name), at, milliseconds, failed ? 1 : 0],
    JSON.stringify(Object.fromEntries(fitting)),
  ]
}

function pointRow({ at, service, name, unit, kind, attributes, value }: MetricPoint) {
  return [at, service, name, unit, kind, JSON.stringify(attributes), value]
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`
}
