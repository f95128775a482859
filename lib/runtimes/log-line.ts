import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'
import type { LogWords } from '../../k8s/model/log-words.ts'
import { readJson } from '../shell/json.ts'

/** One entry of a program's log, readable. */
export interface LogLine {
  /** When the program wrote it, in milliseconds since 1970; absent where it does not say. */
  readonly time?: number
  readonly level: 'debug' | 'info' | 'warning' | 'error'
  readonly text: string
  readonly requestId?: string
  /** The trace that the request is of, and what of it wrote the line: hexadecimal, as in its spans. */
  readonly traceId?: string
  readonly spanId?: string
  /** Traceback, to be shown below as it is. */
  readonly below: readonly string[]
  /** `live`: the code that was saved is what answers now. `broken`: it cannot be started, and `text` says why. */
  readonly news?: 'live' | 'broken'
  /** Of news: the milliseconds from when the code began to be read to this line. */
  readonly took?: number
  /** Of news: SHA-256 of the files that were saved, by their path below the folder of the service, as they were read. */
  readonly loaded?: Readonly<Record<string, string>>
  /** Of news: by which name the packages that it runs with were installed. */
  readonly packages?: string
}

/** What our servers say when their code begins to answer. */
export const LIVE: ReadonlySet<string> = new Set(['Started', 'Reloaded'])

/** What our programs write: one JSON object a line. */
const entry = z.looseObject({
  time: z.string(),
  level: z.enum(['debug', 'info', 'warning', 'error', 'critical']),
  service: z.string(),
  message: z.string(),
  request_id: z.string().nullish(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  status: z.number().optional(),
  duration_ms: z.number().optional(),
  exception: z.string().optional(),
  event: z.string().optional(),
  ms: z.number().optional(),
  files: z.array(z.string()).optional(),
  loaded: z.record(z.string(), z.string()).optional(),
  packages: z.string().optional(),
})

/**
 * @param words of those lines that are not ours
 * @returns a function that takes one raw line of a program after another and gives entries, traces as one
 */
export function logReader(words: LogWords = {}): (raw: string) => LogLine | undefined {
  let trace: string[] = []
  return (raw) => {
    const text = stripVTControlCharacters(raw).trimEnd()
    if (trace.length > 0 || words.trace?.test(text)) {
      trace.push(text)
      if (trace.length === 1 || text === '' || text.startsWith(' ')) return undefined
      const below = trace.slice(0, -1)
      trace = []
      return { level: 'error', text, below }
    }
    return text ? (ofOurs(text) ?? ofOthers(text, words)) : undefined
  }
}

function ofOurs(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined
  const parsed = entry.safeParse(readJson(text))
  if (!parsed.success) return undefined
  const { time, level, service: _, message, exception, event, ...more } = parsed.data
  const { request_id, trace_id, span_id, ...rest } = more
  const { method, path, status, duration_ms, ms = duration_ms, files, loaded, packages, ...fields } = rest
  const answered = method && path && status !== undefined
  const details = Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`],
  )
  const failed = level === 'critical' || (status ?? 0) >= 500
  const news = LIVE.has(message) ? 'live' : event === 'broken' && 'broken'
  return {
    ...(Number.isNaN(Date.parse(time)) ? {} : { time: Date.parse(time) }),
    level: failed ? 'error' : level,
    text: [
      answered ? `${method} ${path} ${status}` : message,
      // Why something does not start is no matter of how long that took.
      ...(ms === undefined || news === 'broken' ? [] : [`${Math.round(ms)} ms`]),
      ...details,
      ...(files ?? []),
    ].join(' '),
    ...(request_id ? { requestId: request_id } : {}),
    ...(trace_id ? { traceId: trace_id } : {}),
    ...(span_id ? { spanId: span_id } : {}),
    below: exception ? exception.trimEnd().split('\n') : [],
    ...(news && {
      news,
      ...(ms === undefined ? {} : { took: ms }),
      ...(loaded ? { loaded } : {}),
      ...(packages === undefined ? {} : { packages }),
    }),
  }
}

function ofOthers(raw: string, { prefix, live, broken, failure }: LogWords): LogLine {
  const text = prefix ? raw.replace(prefix, '') : raw
  const served = live?.exec(text)
  const news = served ? 'live' : broken?.test(text) && 'broken'
  const failed = news === 'broken' || failure?.test(text)
  const { number, unit } = served?.groups ?? {}
  return {
    level: failed ? 'error' : 'info',
    text,
    below: [],
    ...(news ? { news } : {}),
    ...(number ? { took: Number(number) * (unit === 's' ? 1000 : 1) } : {}),
  }
}
