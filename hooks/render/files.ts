import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { readIfThere } from '../../lib/shell/read-if-there.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { replaceFiles } from '../../lib/shell/replace-file.ts'

/** Says in the folder itself, a path a line, what we have written there: nothing else is ever removed from it. */
const LIST = '.rendered'

/**
 * Brings a folder to what is wanted. Skaffold compares modification times: only a change touches a file.
 *
 * @param wanted contents by path below the folder
 * @param own whether nobody else writes there, so that a file of a wanted name may be written over
 * @returns the paths that changed, among them those that an earlier render listed, that nobody wants, and that were removed
 * @throws Refusal where a file that is not ours has the name of one that is wanted; nothing is written then
 */
export function writeFiles(folder: string, wanted: ReadonlyMap<string, string>, own: boolean): string[] {
  const listed = (readIfThere(join(folder, LIST)) ?? '').split('\n').filter((path) => isBelow(folder, path))
  const changed = [...wanted].filter(([path, content]) => readIfThere(join(folder, path)) !== content)
  const foreign = changed.find(
    ([path]) => !own && !listed.includes(path) && existsSync(join(folder, path)),
  )?.[0]
  if (foreign)
    throw new Refusal(
      `${join(folder, foreign)} is there already, and no render has written it.`,
      'move it away, or name another folder: --output FOLDER',
    )
  const stale = listed.filter((path) => !wanted.has(path) && readIfThere(join(folder, path)) !== undefined)
  const list = [...wanted.keys(), ''].join('\n')
  // Before the files: what was begun is ours the next time.
  const listing = readIfThere(join(folder, LIST)) === list ? [] : [[LIST, list] as const]
  const texts = new Map([...listing, ...changed].map(([path, text]) => [join(folder, path), text]))
  for (const file of texts.keys()) mkdirSync(dirname(file), { recursive: true })
  // Whatever the umask: containers of a Compose project read some of them as users of their own.
  replaceFiles(texts, 0o644)
  for (const path of stale) rmSync(join(folder, path))
  return [...stale, ...changed.map(([path]) => path)]
}

/** Anybody can edit a list: it leads out of the folder no more than the folder itself does. */
function isBelow(folder: string, path: string): boolean {
  return path !== '' && !relative(folder, resolve(folder, path)).startsWith('..')
}
