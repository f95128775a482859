import type { NodeEngine } from './engine.ts'
import type { LoopEvent } from './event.ts'
import { repositoryOf } from './images.ts'

/** Milliseconds until an image whose building did not help is built once more. */
const PAUSE = 60_000

/**
 * Builds an image anew that pods wait for and that is gone from its node. Skaffold would not: it waits for those pods, and
 * takes no edit meanwhile.
 *
 * @param build builds the image of a repository as Skaffold does, into the engines, and gives its name
 * @returns what has to hear of every event of the loop
 */
export function bringBackImages(
  repositories: readonly string[],
  engines: readonly NodeEngine[],
  build: (repository: string) => Promise<string>,
  tell: (event: LoopEvent) => void,
): (event: LoopEvent) => void {
  const tried = new Map<string, number>()
  const bringBack = async (image: string, repository: string) => {
    const there = await Promise.all(engines.map((engine) => engine.has(image)))
    if (!there.includes(false)) return
    tell({ kind: 'note', text: `images: ${image} is gone from the node, it is built again` })
    const built = await build(repository)
    // What is built from another state of the sources serves until Skaffold has deployed that one.
    if (built !== image) for (const engine of engines) await engine.tag(built, image)
  }
  return (event) => {
    if (event.kind !== 'image missing') return
    const { image } = event
    const repository = repositoryOf(image)
    const now = Date.now()
    if (!repositories.includes(repository) || now - (tried.get(image) ?? 0) < PAUSE) return
    tried.set(image, now)
    bringBack(image, repository).catch((error: Error) =>
      tell({ kind: 'note', text: `images: ${image} cannot be built again: ${error.message}` }),
    )
  }
}
