import { type ErrorReader, inCheckout, places } from '../error-reader.ts'

/** What the compiler finds: `./main.go:12:3: undefined: x`. */
const FAULT = /^(?:Does not compile: )?(?:\.\/)?(\S+\.go):(\d+)(?::\d+)?: (.+)$/
const LIBRARY = /\/usr\/local\/go\/|\/pkg\/mod\//

export const goErrors: ErrorReader = {
  read: (lines, at) => {
    const line = lines[at] ?? ''
    const [, file, number, fault] = FAULT.exec(line) ?? []
    if (fault) return { error: `does not compile: ${fault}`, file: inCheckout(`${file}:${number}`) }
    if (!/^(panic|fatal error): /.test(line)) return undefined
    // https://pkg.go.dev/runtime/debug#PrintStack
    const stack = places(lines.slice(at + 1, at + 40), /^\s+(\/\S+\.go):(\d+)/)
    return { error: line, file: inCheckout(stack.find((place) => !LIBRARY.test(place))) }
  },
}
