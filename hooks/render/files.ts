import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Brings the YAML files of a folder to what is wanted. Skaffold compares modification times: only a change touches a file.
 *
 * @param wanted contents by path below the folder
 * @returns the paths that changed, those of YAML files that are no longer wanted and were removed among them
 */
export function writeFiles(folder: string, wanted: ReadonlyMap<string, string>): string[] {
  mkdirSync(folder, { recursive: true })
  const present = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const stale = present.filter((path) => path.endsWith('.yaml') && !wanted.has(path))
  for (const path of stale) rmSync(join(folder, path))
  const changed = [...wanted].filter(([path, content]) => current(join(folder, path)) !== content)
  for (const [path, content] of changed) {
    const file = join(folder, path)
    const partial = join(dirname(file), `.${process.pid}.partial`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(partial, content)
    // Whatever the umask: containers of a Compose project read some of them as users of their own.
    chmodSync(partial, 0o644)
    renameSync(partial, file)
  }
  return [...stale, ...changed.map(([path]) => path)]
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
