const ERROR = /^(?:Uncaught )?(?:[A-Za-z_][\w.]*)?Error(?: \[\w+\])?(?:: .*)?$/
const ABOVE = /^(?:file:\/\/)?(\/\S+?):(\d+)$/
const BELOW = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^\s():]+):(\d+)/
/** As esbuild names the place, where that strips the types: https://esbuild.github.io/api/#log-level */
const OF_ESBUILD = /^(\/\S+?):(\d+):\d+: ERROR: (.+)$/
const LIBRARY = /node_modules|node:/

/** What is not caught, and the line of the program that it comes from, like `/app/server.ts:3`, where one is named. */
export interface Uncaught {
  readonly error: string
  readonly file: string | undefined
}

/** @returns the error that Node printed at a line: its place is above, its stack below; undefined where there is none */
export function uncaughtAt(lines: readonly string[], at: number): Uncaught | undefined {
  const error = lines[at] ?? ''
  if (!ERROR.test(error)) return undefined
  const [, file, line, fault] = OF_ESBUILD.exec(lines[at + 1] ?? '') ?? []
  if (fault) return { error: `SyntaxError: ${fault}`, file: `${file}:${line}` }
  const stack = lines.slice(at + 1, at + 15)
  const files = [...places(lines.slice(Math.max(0, at - 8), at).reverse(), ABOVE), ...places(stack, BELOW)]
  if (files.length === 0 && !stack[0]?.trimStart().startsWith('at ')) return undefined
  const own = files.find((one) => !LIBRARY.test(one))
  const isSyntax = error.includes('SyntaxError')
  return { error: error.replace('Uncaught ', ''), file: isSyntax ? files[0] : (own ?? files[0]) }
}

/**
 * @param printed what a program wrote to its standard error
 * @param folder where it ran: places below are told by their paths in it
 * @returns the last error of it on one line, like `SyntaxError: Unexpected token (api/name.ts:2)`; undefined where there is none
 */
export function reasonIn(printed: string, folder: string): string | undefined {
  const lines = printed.split('\n')
  const uncaught = lines.map((_, at) => uncaughtAt(lines, at)).findLast((one) => one !== undefined)
  if (!uncaught) return undefined
  const { error, file } = uncaught
  const isOurs = file?.startsWith(`${folder}/`) && !LIBRARY.test(file)
  return (isOurs ? `${error} (${file})` : error).replaceAll(`${folder}/`, '')
}

function places(lines: readonly string[], pattern: RegExp): string[] {
  return lines.flatMap((line) => {
    const match = pattern.exec(line)
    return match ? [`${match[1]}:${match[2]}`] : []
  })
}
