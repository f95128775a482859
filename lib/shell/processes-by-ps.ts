import { spawnSync } from 'node:child_process'
import { environment } from './environment.ts'

/** What ps tells of a process, where there is no /proc: macOS. */

/** @returns undefined when there is no such process, or only its remains */
export function beginning(pid: number): string | undefined {
  const [, state, began] = /^\s*(\S+)\s+(.*\S)/.exec(ps('-o', 'stat=', '-o', 'lstart=', '-p', `${pid}`)) ?? []
  return state?.startsWith('Z') ? undefined : began
}

/** @returns the words that a process was started with, joined by blanks; undefined where there is no such process */
export function commandLine(pid: number): string | undefined {
  return ps('-ww', '-o', 'command=', '-p', `${pid}`) || undefined
}

/** Whether a process is in the group that has its terminal. */
export function isInForeground(pid: number): boolean {
  return ps('-o', 'stat=', '-p', `${pid}`).includes('+')
}

/** Says nothing where there is no such process. */
function ps(...words: string[]): string {
  // Dates in the words and the hour of this shell would be others in the next.
  const env = { ...environment('tool'), LC_ALL: 'C', TZ: 'UTC' }
  const { error, stdout } = spawnSync('ps', words, { encoding: 'utf8', env })
  if (error) throw error
  return stdout
}
