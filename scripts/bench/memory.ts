import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * MiB of the processes of a loop by their programs, as the kernel shares pages out (PSS, proc_pid_smaps(5)). They are
 * those that work in the folder that it was started in: programs of the stack work in their own.
 *
 * @returns nothing where the system tells no PSS, which Linux alone does
 */
export function memoryOf(folder: string): Readonly<Record<string, number>> {
  if (process.platform !== 'linux') return {}
  const found: Record<string, number> = {}
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== folder) continue
      const program = basename(readlinkSync(`/proc/${pid}/exe`))
      found[program] = (found[program] ?? 0) + mebibytes(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    } catch {
      // It has ended meanwhile, or is somebody else's.
    }
  return found
}

/** @param rollup what smaps_rollup says of a process */
export function mebibytes(rollup: string): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024
}
