import { type ErrorReader, inCheckout, places } from '../error-reader.ts'

const ERROR = /^(?:[A-Za-z_][\w.]*)?(?:Error|Exception)(?:: .*)?$/
const LIBRARY = /site-packages|\/lib\/python|<frozen/

/** https://docs.python.org/3/library/traceback.html */
export const pythonErrors: ErrorReader = {
  fresh: /startup complete|Started server process/,
  read: (lines, at) => {
    const error = lines[at] ?? ''
    if (!ERROR.test(error)) return undefined
    const before = lines.slice(Math.max(0, at - 80), at).reverse()
    const header = before.findIndex((line) => /^Traceback|^[A-Z]\w+Error\b/.test(line))
    const files = places(header < 0 ? before : before.slice(0, header), /^\s+File "(.+?)", line (\d+)/)
    if (files.length === 0 && !/^Traceback|^\s+File /m.test([lines[at - 1], lines[at + 1]].join('\n')))
      return undefined
    // What does not parse is named by the nearest line; what fails later, by the program's own nearest.
    const isSyntax = /^(Syntax|Indentation|Tab)Error/.test(error)
    const own = files.find((file) => !LIBRARY.test(file))
    return { error, file: inCheckout(isSyntax ? files[0] : (own ?? files[0])) }
  },
}
