/** A stream of choices that the same seed repeats. */
export interface Random {
  /** @returns an integer from 0 up to and without `below` */
  readonly below: (below: number) => number
  readonly pick: <Choice>(choices: readonly Choice[]) => Choice
}

/** mulberry32, the usual small generator: 32 bits of state, every seed is as good as another. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return {
    below,
    pick: (choices) => {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new Error('There is nothing to choose from')
      return choice
    },
  }
}
