import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
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
export interface Wanted {
  readonly service?: string | undefined
  /** In milliseconds since 1970. */
  readonly since?: number | undefined
  /** And what is worse. */
  readonly level?: (typeof LEVELS)[number] | undefined
  /** Or how it begins. */
  readonly request?: string | undefined
  readonly text?: RegExp | undefined
}

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

/** @returns the lines that are wanted, in the order in which they came; none where no loop has run */
export function readLog(folder: string, wanted: Wanted, now: number): KeptLine[] {
  const file = logFile(folder)
  return [`${file}.1`, file]
    .flatMap((name) => (existsSync(name) ? readFileSync(name, 'utf8').split('\n') : []))
    .flatMap((text) => kept.safeParse(readJson(text)).data ?? [])
    .filter((line) => line.at > now - DAYS * 86_400_000 && isWanted(line, wanted))
}

export function isWanted(line: KeptLine, { service, since = 0, level, request, text }: Wanted): boolean {
  return (
    (service === undefined || line.service === service) &&
    line.at >= since &&
    (level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)) &&
    (request === undefined || line.requestId?.startsWith(request) === true) &&
    (text === undefined || [line.text, ...(line.below ?? [])].some((part) => text.test(part)))
  )
}

function logFile(folder: string): string {
  return join(folder, 'services.ndjson')
}
