import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { NamedProgram } from '../../k8s/services.ts'
import type { LoopEvent } from './event.ts'
import { watchTree } from './watch-tree.ts'

/** What editors and interpreters leave beside a source file. */
const NOT_A_SOURCE =
  /(^|\/)(__pycache__|node_modules|\.[^/]*|[^/]*~|[^/]*\.(swp|swx|tmp|pyc)|4913|sed\w{6}(?=$)|[^/]*___jb_\w+___)(\/|$)/

/** @returns the services whose sources hold the file, by the model; none for what editors leave behind */
export function servicesOf(path: string, services: readonly NamedProgram[]): string[] {
  if (NOT_A_SOURCE.test(path)) return []
  return services
    .filter(({ directory, sources }) =>
      sources.some((folder) => path.startsWith(`${folder === '.' ? directory : `${directory}/${folder}`}/`)),
    )
    .map(({ name }) => name)
}

/**
 * Tells of every saved source file, with the time at which it was written.
 *
 * @param checkout the folder that holds the services' folders
 * @returns what ends it
 */
export function watchSaves(
  checkout: string,
  services: readonly NamedProgram[],
  tell: (event: LoopEvent) => void,
): () => void {
  const written = new Map<string, number>()
  const folders = services.flatMap(({ directory, sources }) =>
    sources.map((folder) => join(checkout, directory, folder)),
  )
  const hear = (file: string) => {
    const path = relative(checkout, file)
    const concerned = servicesOf(path, services)
    const status = statSync(file, { throwIfNoEntry: false })
    if (concerned.length === 0 || status?.isDirectory()) return
    const now = Date.now()
    // One save is several events of the same time. A file that was moved here, or is gone, tells no time of its own.
    const at = status && now - status.mtimeMs < 2000 ? status.mtimeMs : now
    if (written.get(path) === at) return
    written.set(path, at)
    tell({ kind: 'saved', services: concerned, path, at })
  }
  const endings = [...new Set(folders)].map((folder) => watchTree(folder, hear))
  return () => {
    for (const end of endings) end()
  }
}
