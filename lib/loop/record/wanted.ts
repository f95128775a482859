import { z } from 'zod'
import { type KeptLine, LEVELS } from './kinds.ts'

/** What of the log somebody asks for. */
export const wanted = z.object({
  service: z.string().optional(),
  /** In milliseconds since 1970. */
  since: z.number().optional(),
  /** And what is worse. */
  level: z.enum(LEVELS).optional(),
  /** Or how it begins. */
  request: z.string().optional(),
  trace: z.string().optional(),
  /** Somewhere in the line, whatever the case. */
  contains: z.string().optional(),
  /** A regular expression, whatever the case. */
  grep: z.string().refine(isExpression, 'is no regular expression').optional(),
})

export type Wanted = z.infer<typeof wanted>

/** @returns whether a line is among those that are wanted */
export function wanting({ service, since = 0, level, request, trace, contains, grep }: Wanted) {
  const text = grep === undefined ? undefined : new RegExp(grep, 'i')
  const words = contains?.toLowerCase()
  return (line: KeptLine): boolean => {
    const parts = [line.text, ...(line.below ?? [])]
    return (
      (service === undefined || line.service === service) &&
      line.at >= since &&
      (level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)) &&
      (request === undefined || line.requestId?.startsWith(request) === true) &&
      (trace === undefined || line.traceId === trace) &&
      (words === undefined || parts.some((part) => part.toLowerCase().includes(words))) &&
      (text === undefined || parts.some((part) => text.test(part)))
    )
  }
}

export function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
