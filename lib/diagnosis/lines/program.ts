import { programError } from './program-error.ts'
import type { Rule } from './rule.ts'

const DOES_NOT_LOAD =
  /^(Syntax|Indentation|Tab|Import|ModuleNotFound)Error|ERR_MODULE_NOT_FOUND|Cannot find (module|package)|^Parsing|^Module not found/

/** A program that does not even load; under a reloader, whatever error keeps it from starting. */
export const programRules: readonly Rule[] = [
  {
    cause: 'program-broken',
    read: (lines, { where, alive }) => {
      const found = programError(lines)
      if (!found?.isLast || (!alive && !DOES_NOT_LOAD.test(found.error))) return undefined
      const missing = /No module named|Cannot find (module|package)|Module not found/.test(found.error)
      return {
        message: `The program of ${where} does not start: ${found.error}${found.file ? ` (${found.file})` : ''}.`,
        cure: missing
          ? 'correct the import, or add the package: docs/runbooks/change-a-dependency.md'
          : `correct ${found.file ?? 'it'} and save`,
        at: found.at,
      }
    },
  },
]
