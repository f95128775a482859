import type { Random } from '../soak/random.ts'

/** One fault planted in one module. */
export interface Mutant {
  /** Below the checkout. */
  readonly module: string
  readonly line: number
  /** The kind of change, in its maker's words. */
  readonly change: string
  /** The whole module with the fault in it. */
  readonly text: string
}

/**
 * Draws mutants from every module in turn, so that a long module does not take the places of a short one.
 *
 * @param made the mutants of each module
 * @param most how many are drawn, where there are as many
 */
export function sample(made: readonly (readonly Mutant[])[], most: number, { below }: Random): Mutant[] {
  const left = made.map((mutants) => [...mutants])
  const drawn: Mutant[] = []
  while (drawn.length < most && left.some(({ length }) => length > 0))
    for (const mutants of left)
      if (mutants.length > 0 && drawn.length < most) drawn.push(...mutants.splice(below(mutants.length), 1))
  return drawn
}
