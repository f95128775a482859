import { type Arrow, COLLECTOR, INTERNET, OUTSIDE } from '../network.ts'

export interface Network {
  readonly name: string
  readonly members: readonly string[]
  /** Whether nothing leads out of it. */
  readonly internal: boolean
}

const LEAVING: readonly string[] = [OUTSIDE, INTERNET, COLLECTOR]

/**
 * A network for each two of which one calls the other, in which they meet nobody else; and one for each that leaves, of its
 * own. Which of two calls a network cannot say.
 */
export function networks(arrows: readonly Arrow[]): readonly Network[] {
  const all = arrows.map(({ from, to }): Network => {
    const internal = !LEAVING.includes(to)
    const members = internal ? [from, to].sort() : [from]
    // No service has a `_` in its name, so no other two have this one.
    return { name: (internal ? members : [from, OUTSIDE]).join('_'), members, internal }
  })
  return [...new Map(all.map((network) => [network.name, network])).values()]
}
