import { relative } from 'node:path'
import { fileContent } from './file-content.ts'
import type { Means } from './means.ts'
import type { Session } from './session.ts'
import { isServed } from './verdict.ts'

/** Milliseconds after a save in which a server may tell of it itself, and between two looks. */
const [SOON, BETWEEN] = [250, 1_000]

/**
 * Looks what a server has of files that are waited for, where its log does not tell it: nobody has opened the page that a
 * file belongs to, and it compiles what is asked for.
 *
 * @param files absolute
 * @returns what ends it
 */
export function lookUntilServed(
  files: readonly string[],
  session: Session,
  means: Pick<Means, 'services' | 'broughtAs' | 'look'>,
): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const look = async () => {
    for (const file of files) {
      const saved = fileContent(file, means.services(), means.broughtAs)
      const isOpen = isServed(saved, session.state(), session.place.sources).outcome === 'open'
      if (!isOpen || !saved.hash || Date.now() - saved.at < SOON) continue
      for (const program of means.services()) {
        if (!program.look || !saved.services.includes(program.name)) continue
        const path = relative(program.directory, saved.path)
        const hash = await means.look(program, path)
        const service = program.name
        // Anything else is older than the save, or younger than what is known of it: the next look tells.
        if (hash === saved.hash) session.tell({ kind: 'looked', service, path, hash, at: Date.now() })
      }
    }
  }
  const lookIn = (milliseconds: number) => {
    timer = setTimeout(async () => {
      // What is refused is told by the wait itself.
      await look().catch(() => undefined)
      if (!isOver) lookIn(BETWEEN)
    }, milliseconds)
  }
  lookIn(SOON)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
