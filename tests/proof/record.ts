import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const one = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  /** In words. */
  figures: z.array(z.string()),
  /** Day, and what the figures depend on. */
  on: z.string(),
})
const record = z.record(z.string(), one)

/** What a test file came to when it was last run for the proof. */
export type Last = z.infer<typeof one>
/** By test file. */
export type Recorded = z.infer<typeof record>

export const RECORD = join(CHECKOUT, 'tests/proof/record.json')

export function readRecord(): Recorded {
  return record.parse(JSON.parse(readFileSync(RECORD, 'utf8')))
}

/** Sorted, so that it changes where something else came out. */
export function asText(recorded: Recorded): string {
  const sorted = Object.fromEntries(Object.entries(recorded).sort(([one], [other]) => (one < other ? -1 : 1)))
  return `${JSON.stringify(sorted, null, 2)}\n`
}
