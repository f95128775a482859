import { chmodSync, mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sha256 } from '../../shell/sha256.ts'
import { copyForEverybody, linkLibraries } from './native.ts'

/** `nobody`, on every Linux. PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 }

/** Who PostgreSQL runs as on this machine, and where that user can reach its data and programs. */
export interface SystemUser {
  /** Undefined where it is the person's own. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined
  readonly folder: string
  /** @returns the path under which that user can run the program */
  readonly reachable: (program: string) => string
}

/** @param state the folder of what outlives a command */
export function unprivileged(state: string): SystemUser {
  if (process.getuid?.() !== 0)
    return {
      identity: undefined,
      folder: join(state, 'postgres'),
      reachable: (program) => {
        linkLibraries(dirname(dirname(program)))
        return program
      },
    }
  // root's home is closed to everybody else, checkout and state folder included.
  const [name] = basename(state).split(/-[^-]*$/)
  const folder = join('/var/lib', `${name}-${sha256(state).slice(0, 8)}`)
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  return {
    identity: NOBODY,
    folder,
    reachable: (program) => {
      const copy = join(folder, 'native')
      copyForEverybody(dirname(dirname(program)), copy)
      return join(copy, 'bin', basename(program))
    },
  }
}
