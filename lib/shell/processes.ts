import { readFileSync } from 'node:fs'
import * as byPs from './processes-by-ps.ts'
import { readIfThere } from './read-if-there.ts'

/**
 * When a process began, as the system tells it. With its number this is its identity: the number alone may by now be
 * somebody else's.
 *
 * @returns undefined when there is no such process, or only its remains
 */
export function beginning(pid: number): string | undefined {
  if (process.platform !== 'linux') return byPs.beginning(pid)
  const { state, began } = stat(pid)
  return state === 'Z' ? undefined : began
}

/** Whether this process has its terminal, not another one of the same shell; also where no shell is. */
export function isInForeground(): boolean {
  if (process.platform !== 'linux') return byPs.isInForeground(process.pid)
  const { group, foreground } = stat(process.pid)
  return foreground === group || foreground === '-1'
}

/** @returns what proc(5) says of a process; nothing when there is none */
function stat(pid: number): Partial<Record<'state' | 'group' | 'foreground' | 'began', string>> {
  try {
    // The name in parentheses may hold spaces; after it, state is the first field and starttime the twentieth.
    const [state, , group, , , foreground, ...more] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const began = more[13]
    return {
      ...(state ? { state } : {}),
      ...(group ? { group } : {}),
      ...(foreground ? { foreground } : {}),
      ...(began ? { began } : {}),
    }
  } catch {
    return {}
  }
}

/** @returns the words that a process was started with, joined by blanks; undefined where there is no such process */
export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return byPs.commandLine(pid)
  return readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
}

/** Tells a process that leads a group, and all in that group; nothing where nobody is left. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A process, so that it is known again. */
export interface Identity {
  readonly pid: number
  readonly began: string
}

export function isAlive({ pid, began }: Identity): boolean {
  return beginning(pid) === began
}
