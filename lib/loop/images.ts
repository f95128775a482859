import type { Kubectl } from '../cluster/kubectl.ts'
import type { EngineImage, NodeEngine } from './engine.ts'
import type { LoopEvent } from './event.ts'

/** Images of one artifact that stay, those that were used last: for whoever takes an edit back, or switches branches. */
const KEPT = 3
/** Milliseconds without use after which another one may go. */
const LONG = 20 * 60_000

/**
 * Which images an engine can forget. Skaffold looks for an image each time before it names it, and builds it anew where it
 * is gone; only what it names in this very moment must not go.
 *
 * @param images those that this loop has built
 * @param used what pods name, as `repository:tag` or by id
 * @param now in milliseconds since 1970
 * @returns names to take away
 */
export function forgettable(
  images: readonly EngineImage[],
  used: ReadonlySet<string>,
  now: number,
): string[] {
  const repositories = new Set(images.flatMap(({ names }) => names.map(repositoryOf)))
  const recent = new Set(
    [...repositories].flatMap((repository) =>
      images
        .filter(({ names }) => names.some((name) => repositoryOf(name) === repository))
        .sort((one, other) => other.usedAt - one.usedAt)
        .slice(0, KEPT),
    ),
  )
  return images
    .filter((image) => !recent.has(image) && now - image.usedAt >= LONG)
    .filter(({ id, names }) => !used.has(id) && !names.some((name) => used.has(name)))
    .flatMap(({ id, names }) => (names.length > 0 ? names : [id]))
}

/**
 * Removes images that later builds have replaced, where nodes are containers of the Docker engine: Skaffold keeps every
 * one (https://skaffold.dev/docs/cleanup/: no pruning where it caches artifacts), and each is a full set of packages.
 *
 * @param loop the name by which this loop labels what it builds
 * @returns what has to hear of every event of the loop
 */
export function forgetOldImages(
  kubectl: Kubectl,
  engines: readonly NodeEngine[],
  loop: string,
): (event: LoopEvent) => void {
  let built = false
  let rounds = 0
  const forget = async (engine: NodeEngine) => {
    const round = rounds
    const images = await engine.built(loop)
    if (!images) return
    const pods = await kubectl(['get', 'pods', '--all-namespaces', '-o', 'jsonpath={..image} {..imageID}'])
    const used = new Set(pods.split(/\s+/).map((name) => name.replace(/^docker:\/\//, '')))
    const old = forgettable(images, used, Date.now())
    if (old.length > 0 && round === rounds) await engine.remove(old)
  }
  return (event) => {
    if (event.kind === 'build' && event.status === 'succeeded') built = true
    if (event.kind !== 'round') return
    rounds += 1
    if (!built || event.status !== 'succeeded') return
    built = false
    for (const engine of engines) void forget(engine).catch(() => undefined)
  }
}

/** A registry's port has a colon too, before a slash. */
export function repositoryOf(name: string): string {
  return name.replace(/:[^:/]*$/, '')
}
