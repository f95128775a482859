import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Saving } from './edit.ts'

/**
 * Brings a folder from one state to another, and touches no file that is the same in both.
 *
 * @param before what is on disk now, by path below the folder; a file that is in neither is left alone
 */
export async function save(
  folder: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  how: Saving,
): Promise<void> {
  for (const [file, text] of after) if (before.get(file) !== text) await write(join(folder, file), text, how)
  for (const file of before.keys())
    if (!after.has(file)) {
      await rm(join(folder, file))
      // A page's own folder goes with it, as it does in an editor that renames one.
      if (/\/edit-\d+\/page\.tsx$/.test(file)) await rm(dirname(join(folder, file)), { recursive: true })
    }
}

export async function touch(file: string): Promise<void> {
  const now = new Date()
  await utimes(file, now, now)
}

async function write(path: string, text: string, how: Saving): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  if (how === 'renamed over') {
    await writeFile(`${path}___jb_tmp___`, text)
    return rename(`${path}___jb_tmp___`, path)
  }
  if (how === 'checked out') await rm(path, { force: true })
  await writeFile(path, text)
}
