import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Puts a text in the place of a file, whole or not at all: who reads it meanwhile, or after an interruption, has the old
 * one or the new one.
 *
 * @param mode of the new file, whatever the umask; without it, the umask's
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  replaceFiles(new Map([[file, text]]), mode)
}

/** The same of several files: where there is no room for one of them, all stay as they are. */
export function replaceFiles(texts: ReadonlyMap<string, string>, mode?: number): void {
  // In the same folder, or the rename is no rename; hidden, or Skaffold deploys it.
  const partials = [...texts].map(
    ([file, text]) => [file, join(dirname(file), `.${process.pid}.${basename(file)}.partial`), text] as const,
  )
  try {
    for (const [, partial, text] of partials) {
      rmSync(partial, { force: true })
      writeFileSync(partial, text, { flag: 'wx', flush: true, ...(mode === undefined ? {} : { mode }) })
      if (mode !== undefined) chmodSync(partial, mode)
    }
    for (const [file, partial] of partials) renameSync(partial, file)
  } catch (error) {
    for (const [, partial] of partials) rmSync(partial, { force: true })
    throw error
  }
}
