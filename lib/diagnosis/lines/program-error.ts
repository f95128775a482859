/** An error that a language's runtime printed, with the line of the program that it comes from. */
export interface ProgramError {
  /** Like `SyntaxError: invalid syntax`. */
  readonly error: string
  /** Like `app/main.py:12`; undefined where none is named. */
  readonly file: string | undefined
  readonly at: number
  /** Whether nothing that means a fresh start was said after it. */
  readonly isLast: boolean
}

const ERROR = /^(?:Uncaught )?((?:[A-Za-z_][\w.]*)?(?:Error|Exception)(?: \[\w+\])?)(?:: (.*))?$/
/** Next.js: the file and what is wrong with it, in two lines. */
const NEXT = /^(?:⨯ )?(\.\/\S+?):(\d+)(?::\d+)?$/
const FRESH_START = /startup complete|Started server process|✓ Ready|"?Reloaded"?$/
const LIBRARY = /site-packages|\/lib\/python|node_modules|<frozen|node:/

/** Reads Python's tracebacks, Node's and Next.js's errors; the newest counts. */
export function programError(lines: readonly string[]): ProgramError | undefined {
  const isLast = (at: number) => !lines.slice(at + 1).some((line) => FRESH_START.test(line))
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? ''
    const next = NEXT.exec(line)
    if (next)
      return {
        error: lines[at + 1]?.trim() ?? 'does not compile',
        file: `${next[1]?.slice(2)}:${next[2]}`,
        at,
        isLast: isLast(at),
      }
    const error = ERROR.exec(line)
    const file = error ? fileOf(lines, at, error[1] ?? '') : undefined
    if (error && (file || /^\s+at |^Traceback|^\s+File /m.test([lines[at - 1], lines[at + 1]].join('\n'))))
      return { error: line.replace('Uncaught ', ''), file, at, isLast: isLast(at) }
  }
  return undefined
}

function fileOf(lines: readonly string[], at: number, name: string): string | undefined {
  const before = lines.slice(Math.max(0, at - 80), at).reverse()
  const header = before.findIndex((line) => /^Traceback|^[A-Z]\w+Error\b/.test(line))
  const python = (header < 0 ? before : before.slice(0, header)).flatMap((line) =>
    found(/^\s+File "(.+?)", line (\d+)/, line),
  )
  const above = before.slice(0, 8).flatMap((line) => found(/^(?:file:\/\/)?(\/\S+?):(\d+)$/, line))
  const below = lines
    .slice(at + 1, at + 15)
    .flatMap((line) => found(/^\s+at (?:.*\()?(?:file:\/\/)?(\/[^\s():]+):(\d+)/, line))
  const candidates = [...python, ...above, ...below]
  // What does not parse is named by the nearest line; what fails later, by the program's own nearest.
  const isSyntax = /Syntax|Indentation|Tab/.test(name)
  const chosen = isSyntax ? candidates[0] : (candidates.find((file) => !LIBRARY.test(file)) ?? candidates[0])
  // The images' working directory.
  return chosen?.replace(/^\/app\//, '')
}

function found(pattern: RegExp, line: string): string[] {
  const match = pattern.exec(line)
  return match ? [`${match[1]}:${match[2]}`] : []
}
