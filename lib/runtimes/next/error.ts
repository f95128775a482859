import type { ErrorReader } from '../error-reader.ts'

/** The file and what is wrong with it, in two lines. */
const PLACE = /^(?:⨯ )?\.\/(\S+?):(\d+)(?::\d+)?$/

export const nextErrors: ErrorReader = {
  fresh: /✓ Ready/,
  read: (lines, at) => {
    const [, file, line] = PLACE.exec(lines[at] ?? '') ?? []
    return file ? { error: lines[at + 1]?.trim() ?? 'does not compile', file: `${file}:${line}` } : undefined
  },
}
