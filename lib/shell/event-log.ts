import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A log of JSON lines, for whoever asks later what a hook did and how long it took.
 *
 * @param state the folder of what outlives a command
 * @param program the hook's or script's name, which names the file
 */
export function eventLog(state: string, program: string) {
  const folder = join(state, 'logs')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${program}.jsonl`)
  const started = performance.now()
  return (event: string, details: Readonly<Record<string, unknown>> = {}) => {
    const line = { time: new Date().toISOString(), program, pid: process.pid, event, ...details }
    appendFileSync(
      file,
      `${JSON.stringify({ ...line, sinceStartMs: Math.round(performance.now() - started) })}\n`,
    )
  }
}
