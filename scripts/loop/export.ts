import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { toTelemetry, toTimeline } from '../../lib/loop/record/export.ts'
import { newestRun } from '../../lib/loop/record/over-runs.ts'
import { messageOf, Refusal } from '../../lib/shell/refusal.ts'

/**
 * Writes what the newest run has traced, and a timeline of its saves and deployments beside it.
 *
 * @param state the folder of the stack
 * @returns both files
 * @throws Refusal where no run is kept, or the file cannot be written
 */
export function exportRun(state: string, file: string): string[] {
  const run = newestRun(state)
  if (!run) throw new Refusal('No loop of this stack has run yet.', 'npm run dev')
  const telemetry = resolve(file)
  const timeline = `${telemetry.replace(/\.json$/, '')}.timeline.json`
  try {
    writeFileSync(telemetry, `${JSON.stringify(toTelemetry([...run.spans, ...run.moves]))}\n`)
    writeFileSync(timeline, `${JSON.stringify(toTimeline(run.moves))}\n`)
  } catch (error) {
    throw new Refusal(`${file} cannot be written: ${messageOf(error)}.`, 'name another file')
  }
  return [telemetry, timeline]
}
