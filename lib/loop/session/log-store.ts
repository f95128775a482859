import {
  appendFileSync,
  createReadStream,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { LogLine } from '../../runtimes/log-line.ts'
import { readJson } from '../../shell/json.ts'

/** Bytes of one file; with the one before it, twice as much is kept. */
const MOST = 16 * 2 ** 20
const DAYS = 7

export const LEVELS = ['debug', 'info', 'warning', 'error'] as const

const kept = z.object({
  /** In milliseconds since 1970. */
  at: z.number(),
  service: z.string(),
  level: z.enum(LEVELS),
  text: z.string(),
  requestId: z.string().optional(),
  below: z.array(z.string()).optional(),
})

/** A log line as it is kept, and as others are told it. */
export type KeptLine = z.infer<typeof kept>

/** What of the log somebody asks for. */
export const wanted = z.object({
  service: z.string().optional(),
  /** In milliseconds since 1970. */
  since: z.number().optional(),
  /** And what is worse. */
  level: z.enum(LEVELS).optional(),
  /** Or how it begins. */
  request: z.string().optional(),
  /** A regular expression, whatever the case. */
  grep: z.string().refine(isExpression, 'is no regular expression').optional(),
})

export type Wanted = z.infer<typeof wanted>

/**
 * Where the lines of a stack's programs are kept over the runs of its loop, this one's last.
 *
 * @param folder of the logs
 */
export function openLogStore(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = logFile(folder)
  let bytes = existsSync(file) ? statSync(file).size : 0
  return {
    keep: (service: string, { time, level, text, requestId, below }: LogLine, at: number): KeptLine => {
      const line: KeptLine = {
        at: time ?? at,
        service,
        level,
        text,
        ...(requestId ? { requestId } : {}),
        ...(below.length > 0 ? { below: [...below] } : {}),
      }
      const written = `${JSON.stringify(line)}\n`
      try {
        if (bytes + written.length > MOST) {
          renameSync(file, `${file}.1`)
          bytes = 0
        }
        appendFileSync(file, written, { mode: 0o600 })
        bytes += written.length
      } catch {
        // A disk that is full, or a folder that was removed: the loop goes on without this line.
      }
      return line
    },
  }
}

/**
 * Reads what is kept at the moment of the call: what is kept from then on, who follows the log is told.
 *
 * @param last at most so many, the latest
 * @returns the lines that are wanted, in the order in which they came; none where no loop has run
 */
export async function readLog(
  folder: string,
  wanted: Wanted,
  last = Number.POSITIVE_INFINITY,
): Promise<KeptLine[]> {
  const file = logFile(folder)
  const oldest = Date.now() - DAYS * 86_400_000
  const isWanted = wanting(wanted)
  // Opened before anything is waited for: a file may be moved away meanwhile.
  const parts = [`${file}.1`, file].filter((name) => existsSync(name)).map((name) => openSync(name, 'r'))
  const sizes = parts.map((part) => fstatSync(part).size)
  let lines: KeptLine[] = []
  for (const [index, fd] of parts.entries()) {
    const size = sizes[index] ?? 0
    const input = createReadStream('', { fd, start: 0, end: Math.max(0, size - 1) })
    for await (const text of createInterface({ input })) {
      const line = kept.safeParse(readJson(text)).data
      if (line && line.at > oldest && isWanted(line)) lines.push(line)
      if (lines.length > 2 * last) lines = lines.slice(-last)
    }
  }
  return lines.slice(-last)
}

/** @returns whether a line is among those that are wanted */
export function wanting({ service, since = 0, level, request, grep }: Wanted): (line: KeptLine) => boolean {
  const text = grep === undefined ? undefined : new RegExp(grep, 'i')
  return (line) =>
    (service === undefined || line.service === service) &&
    line.at >= since &&
    (level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)) &&
    (request === undefined || line.requestId?.startsWith(request) === true) &&
    (text === undefined || [line.text, ...(line.below ?? [])].some((part) => text.test(part)))
}

export function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

function logFile(folder: string): string {
  return join(folder, 'services.ndjson')
}
