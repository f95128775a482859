import type { LogWords } from '../../../k8s/model/log-words.ts'
import { ERROR } from '../node/log.ts'

/** After a save, Next.js says `✓ Compiled in 92ms`, or `⨯ ./src/app/page.tsx:12:3` where it cannot. */
export const nextLog: LogWords = {
  // It indents its lines by one space.
  prefix: /^ (?! )/,
  live: /^✓ Compiled in (?<number>[\d.]+)(?<unit>ms|s)/,
  broken: /^⨯ \.\//,
  failure: new RegExp(`^⨯|${ERROR.source}`),
}
