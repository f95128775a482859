import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../../lib/shell/replace-file.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'

/** A file that is being edited, as it has to be known to put it back. */
export interface Edit {
  readonly path: string
  readonly original: string
  /** The one text that is replaced, before and after. */
  readonly before: string
  readonly after: string
}

/**
 * What a file has to hold again, whatever became of it since the edit was begun.
 * What a developer has saved into it in the meantime stays: only the edit is taken out.
 */
export function undone(current: string, { original, before, after }: Edit): string {
  const edited = replaced(original, before, after)
  // Whoever was killed in the middle of a write has left the beginning of the file.
  if (edited.startsWith(current) || original.startsWith(current)) return original
  return replaced(current, after, before)
}

/** With a string in its place, `$&` would mean something. */
function replaced(text: string, before: string, after: string): string {
  return text.replace(before, () => after)
}

/**
 * Lets `action` replace one text of a file as often as it likes, and puts the file back: after the action, when it
 * throws, and when the process ends in the middle. After a `kill -9`, `restoreLeftover` does.
 *
 * @throws Error when the file does not hold `before` exactly once
 */
export async function withEdits<Result>(
  path: string,
  before: string,
  action: (replaceBy: (after: string) => number) => Promise<Result>,
): Promise<Result> {
  const original = readFileSync(path, 'utf8')
  if (original.split(before).length !== 2) throw new Error(`${path} does not have exactly one ${before}`)
  process.once('exit', restoreLeftover)
  try {
    return await action((after) => {
      remember({ path, original, before, after })
      const edited = replaced(original, before, after)
      const since = performance.now()
      writeFileSync(path, edited)
      return since
    })
  } finally {
    restoreLeftover()
    process.off('exit', restoreLeftover)
  }
}

/** Puts back the file of an edit that is on record, this process's or a killed one's. @returns its path, if there is one */
export function restoreLeftover(): string | undefined {
  const edit = recorded()
  if (!edit) return undefined
  if (existsSync(edit.path)) {
    const current = readFileSync(edit.path, 'utf8')
    const wanted = undone(current, edit)
    if (wanted !== current) writeFileSync(edit.path, wanted)
  }
  rmSync(record())
  return edit.path
}

function remember(edit: Edit): void {
  replaceFile(record(), JSON.stringify(edit))
}

function recorded(): Edit | undefined {
  try {
    return JSON.parse(readFileSync(record(), 'utf8')) as Edit
  } catch {
    return undefined
  }
}

function record(): string {
  const folder = join(checkoutFolder(), 'bench')
  mkdirSync(folder, { recursive: true })
  return join(folder, 'edit.json')
}
