import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Puts a text in the place of a file, whole or not at all: who reads it meanwhile, or after an interruption, has the old
 * one or the new one.
 *
 * @param mode of the new file, whatever the umask; without it, the umask's
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  // In the same folder, or the rename is no rename; hidden, or Skaffold deploys it.
  const partial = join(dirname(file), `.${process.pid}.partial`)
  rmSync(partial, { force: true })
  writeFileSync(partial, text, { flag: 'wx', flush: true, ...(mode === undefined ? {} : { mode }) })
  if (mode !== undefined) chmodSync(partial, mode)
  renameSync(partial, file)
}
