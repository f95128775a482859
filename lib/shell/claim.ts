import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { readJson } from './json.ts'
import { isAlive } from './processes.ts'
import { sha256 } from './sha256.ts'

const ownerSchema = z.object({
  pid: z.int().positive(),
  began: z.string(),
  command: z.string(),
  /** The command that ends it, where that is another than a signal. */
  end: z.string().optional(),
})

/** What a claimed file holds, as JSON. */
export type Owner = z.infer<typeof ownerSchema>

/**
 * Makes `file` a link to `mine`, which says who its owner is, in the place of one whose owner is gone. Whoever wants to
 * replace such a file needs its successor first, a file that only one process can have; while it does, nobody else touches
 * the file.
 *
 * @returns the owner, where it is alive
 */
export function claim(file: string, mine: string): Owner | undefined {
  for (;;) {
    if (link(mine, file)) return undefined
    const text = read(file)
    if (text === undefined) continue
    const owner = parse(text)
    if (owner && isAlive(owner)) return owner
    const successor = successorOf(file, text)
    const rival = claim(successor, mine)
    if (rival) return rival
    // It may have been replaced before the successor was ours.
    if (read(file) === text) {
      renameSync(successor, file)
      return undefined
    }
    rmSync(successor)
  }
}

/** The file that whoever wants to replace this one, with this text, has to have first. */
export function successorOf(file: string, text: string): string {
  return `${file}.${sha256(text).slice(0, 12)}`
}

/** A link is made whole or not at all. @returns false where there is such a file already */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (isError(error, 'EEXIST')) return false
    throw error
  }
}

function parse(text: string): Owner | undefined {
  return ownerSchema.safeParse(readJson(text)).data
}

/** @returns undefined where there is no such file */
export function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isError(error, 'ENOENT')) return undefined
    throw error
  }
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
