import { relative } from 'node:path'
import { awaited } from './awaited.ts'
import type { Means } from './means.ts'
import type { Session } from './session.ts'
import { isServed } from './verdict.ts'

/** Milliseconds in which a server may tell of a save itself, and between two looks. */
const PATIENCE = 1_000

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
  let looking = false
  const look = async () => {
    for (const file of files) {
      const saved = awaited(file, means.services(), means.broughtAs)
      const isOpen = isServed(saved, session.state(), session.place.sources).outcome === 'open'
      if (!isOpen || !saved.hash || Date.now() - saved.at < PATIENCE) continue
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
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    // What is refused is told by the wait itself.
    void look()
      .catch(() => undefined)
      .finally(() => {
        looking = false
      })
  }, PATIENCE)
  return () => clearInterval(timer)
}
