import { type Arrow, INTERNET, OUTSIDE } from '../network.ts'

export interface Network {
  readonly name: string
  readonly members: readonly string[]
  /** Whether none of its members has a reason to leave it. */
  readonly internal: boolean
}

const LEAVING: readonly string[] = [OUTSIDE, INTERNET]

/**
 * Networks in which two programs meet only if one calls the other. Which of the two it is a network cannot say.
 *
 * @returns the largest groups of which each calls each, or is called: their maximal cliques
 */
export function networks(arrows: readonly Arrow[]): readonly Network[] {
  const neighbours = new Map<string, Set<string>>()
  for (const { from, to: callee } of arrows) {
    const to = LEAVING.includes(callee) ? OUTSIDE : callee
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      neighbours.set(one, (neighbours.get(one) ?? new Set()).add(other))
  }
  return cliques(neighbours).map((clique) => ({
    name: clique.sort().join('-'),
    members: clique.filter((name) => name !== OUTSIDE),
    internal: !clique.includes(OUTSIDE),
  }))
}

/** https://en.wikipedia.org/wiki/Bron–Kerbosch_algorithm */
function cliques(neighbours: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found: string[][] = []
  const grow = (clique: string[], candidates: Set<string>, done: Set<string>) => {
    if (candidates.size + done.size === 0) found.push(clique)
    for (const name of candidates) {
      const near = (all: Set<string>) => new Set([...all].filter((other) => neighbours.get(name)?.has(other)))
      grow([...clique, name], near(candidates), near(done))
      candidates.delete(name)
      done.add(name)
    }
  }
  grow([], new Set(neighbours.keys()), new Set())
  return found
}
