import type { Place } from '../../../k8s/model/cause.ts'
import { programError } from './program-error.ts'
import type { Reading } from './reading.ts'

const DOES_NOT_LOAD =
  /^(Syntax|Indentation|Tab|Import|ModuleNotFound)Error|ERR_MODULE_NOT_FOUND|Cannot find (module|package)|^Parsing|^Module not found|^does not compile/

/**
 * A program that does not even load; under a reloader, whatever error keeps it from starting.
 *
 * @param alive whether it still runs
 */
export function brokenProgram(
  lines: readonly string[],
  { where }: Place,
  alive: boolean,
): Reading | undefined {
  const newest = programError(lines)
  if (!newest?.isLast || (!alive && !DOES_NOT_LOAD.test(newest.error))) return undefined
  const { error, file, at } = newest
  const missing = /No module named|Cannot find (module|package)|Module not found/.test(error)
  return {
    cause: 'program-broken',
    message: `The program of ${where} does not start: ${error}${file ? ` (${file})` : ''}.`,
    cure: missing
      ? 'correct the import, or add the package: docs/runbooks/change-a-dependency.md'
      : `correct ${file ?? 'it'} and save`,
    details: [error, ...(file ? [file] : [])],
    at,
  }
}
