import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Saving } from './edit.ts'
import { save, touch } from './save.ts'
import { EDITED_FILES, filesOf, UNTOUCHED, type World } from './world.ts'

/** The files of a copy, as edits have left them. */
export interface Tree {
  readonly bring: (world: World, how: Saving) => Promise<void>
  readonly touch: (file: string) => Promise<void>
}

/** @param folder a copy of the repository that nobody has edited yet */
export async function editedTree(folder: string): Promise<Tree> {
  const read = async (file: string) => [file, await readFile(join(folder, file), 'utf8')] as const
  const originals = new Map(await Promise.all(EDITED_FILES.map(read)))
  let disk = filesOf(UNTOUCHED, originals)
  return {
    bring: async (world, how) => {
      const next = filesOf(world, originals)
      await save(folder, disk, next, how)
      disk = next
    },
    touch: (file) => touch(join(folder, file)),
  }
}
