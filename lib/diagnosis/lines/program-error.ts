import type { ErrorReader, PrintedError } from '../../runtimes/error-reader.ts'
import { goErrors } from '../../runtimes/go/error.ts'
import { LIVE } from '../../runtimes/log-line.ts'
import { nextErrors } from '../../runtimes/next/error.ts'
import { nodeErrors } from '../../runtimes/node/error.ts'
import { pythonErrors } from '../../runtimes/python/error.ts'

export interface ProgramError extends PrintedError {
  readonly at: number
  /** Whether nothing that means a fresh start was said after it. */
  readonly isLast: boolean
}

/** All of them: a container need not be a program of the stack. */
const READERS: readonly ErrorReader[] = [nextErrors, pythonErrors, nodeErrors, goErrors]

/** The newest error that a runtime printed. */
export function programError(lines: readonly string[]): ProgramError | undefined {
  for (let at = lines.length - 1; at >= 0; at--)
    for (const { read } of READERS) {
      const error = read(lines, at)
      if (error) return { ...error, at, isLast: !lines.slice(at + 1).some(isFreshStart) }
    }
  return undefined
}

function isFreshStart(line: string): boolean {
  return LIVE.has(line) || READERS.some(({ fresh }) => fresh?.test(line))
}
