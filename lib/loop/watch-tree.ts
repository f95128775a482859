import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/** Folders of others, with too many files to watch. */
const SKIPPED = /^(node_modules|__pycache__|\..*)$/

/**
 * Tells of every change below a folder: of a file that is written, made, moved or removed, at least once.
 * Not Node's own recursive watch: on Linux, Node 20's is blind to a file once an editor has replaced it by a rename.
 *
 * @param hear takes the path of what changed, which may be gone
 * @returns what ends it
 */
export function watchTree(top: string, hear: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>()
  const drop = (folder: string) => {
    for (const [watched, watcher] of watchers)
      if (watched === folder || watched.startsWith(`${folder}/`)) {
        watcher.close()
        watchers.delete(watched)
      }
  }
  const add = (folder: string, isNew: boolean) => {
    drop(folder)
    let entries: { readonly name: string; isDirectory(): boolean }[]
    try {
      const watcher = watch(folder, (event, name) => {
        if (!name) return
        const path = join(folder, name)
        // A folder that was made, moved here or removed: what it held before is not known.
        if (event === 'rename' && !SKIPPED.test(name)) add(path, true)
        hear(path)
      })
      // Where it is gone, or the machine has no watches left, the rest goes on.
      watcher.on('error', () => drop(folder))
      watchers.set(folder, watcher)
      entries = readdirSync(folder, { withFileTypes: true })
    } catch {
      return drop(folder)
    }
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (!entry.isDirectory()) {
        if (isNew) hear(path)
      } else if (!SKIPPED.test(entry.name)) add(path, isNew)
    }
  }
  add(top, false)
  return () => drop(top)
}
