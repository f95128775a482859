import { readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../shell/refusal.ts'
import { sha256 } from '../../shell/sha256.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { Course } from '../course.ts'
import type { Installation } from '../event.ts'
import { oneAtATime } from '../one-at-a-time.ts'

/** Milliseconds: what adds a package writes its files one after another. */
const QUIET = 100

/** No files are these. */
const UNKNOWN = ''

/** What came of an installation: the name of the packages, where programs tell it, or why there are none. */
export type InstallResult =
  | { readonly packages?: string }
  | { readonly error: string; readonly cure?: string }

/** Packages that some services share. */
export interface Shared {
  /** Of the files that name them, in the checkout. */
  readonly directory: string
  readonly files: readonly string[]
  readonly services: readonly string[]
  /** Whether anything can be installed in this moment. */
  readonly ready: () => boolean
  /** Installs them. What it throws is why it could not. @param files by their names, as they are in this moment */
  readonly install: (files: ReadonlyMap<string, Buffer>) => Promise<InstallResult>
}

/**
 * Installs packages at each save of the files that name them, until the signal.
 *
 * @returns what has them installed, whatever was before; it tells of it once it is over
 */
export function followPackages(
  { directory, files: names, services, ready, install }: Shared,
  { tell, pause, signal }: Course,
): () => void {
  let present: string | undefined
  const bring = oneAtATime(async () => {
    const contents = read(directory, names)
    const files = new Map([...contents].map(([name, content]) => [join(directory, name), sha256(content)]))
    const wanted = JSON.stringify([...files])
    if (!ready() || signal.aborted || wanted === present) return
    const report = (status: Pick<Installation, 'status' | 'packages' | 'error' | 'cure'>) =>
      tell({ kind: 'packages', services, files, at: Date.now(), ...status })
    if (present !== undefined) report({ status: 'running' })
    const result = await install(contents).catch((error: unknown) => ({
      error: messageOf(error),
    }))
    if (signal.aborted) return
    // What failed is tried again at the next save, whatever that is.
    present = 'error' in result ? UNKNOWN : wanted
    report({ status: 'error' in result ? 'failed' : 'succeeded', ...result })
  })
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(join(CHECKOUT, directory), (_, file) => {
    if (file === null || !names.includes(file)) return
    clearTimeout(timer)
    timer = setTimeout(() => pause.after(bring), QUIET)
  })
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    watcher.close()
  })
  return () => {
    present = undefined
    bring()
  }
}

function read(directory: string, names: readonly string[]): ReadonlyMap<string, Buffer> {
  return new Map(
    names.flatMap((name) => {
      try {
        return [[name, readFileSync(join(CHECKOUT, directory, name))] as const]
      } catch {
        // Git removes a file before it writes another; that one is a save of its own.
        return []
      }
    }),
  )
}
