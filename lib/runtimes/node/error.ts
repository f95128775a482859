import { type ErrorReader, inCheckout, places } from '../error-reader.ts'

const ERROR = /^(?:Uncaught )?(?:[A-Za-z_][\w.]*)?Error(?: \[\w+\])?(?:: .*)?$/
const LIBRARY = /node_modules|node:/

/** What is not caught, as Node prints it: the place above, the stack below. */
export const nodeErrors: ErrorReader = {
  read: (lines, at) => {
    const error = lines[at] ?? ''
    if (!ERROR.test(error)) return undefined
    const above = places(lines.slice(Math.max(0, at - 8), at).reverse(), /^(?:file:\/\/)?(\/\S+?):(\d+)$/)
    const stack = lines.slice(at + 1, at + 15)
    const below = places(stack, /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^\s():]+):(\d+)/)
    const files = [...above, ...below]
    if (files.length === 0 && !stack[0]?.trimStart().startsWith('at ')) return undefined
    const own = files.find((file) => !LIBRARY.test(file))
    const isSyntax = error.includes('SyntaxError')
    return {
      error: error.replace('Uncaught ', ''),
      file: inCheckout(isSyntax ? files[0] : (own ?? files[0])),
    }
  },
}
