import { setTimeout as pause } from 'node:timers/promises'

/** Seconds that anything may take on a machine on which much else runs: a pod's start, say, a minute and more. */
export const PATIENCE = 300

/** Node 20's fetch can lose an answer: neither given nor refused, with nothing left that would end it. */
const LONGEST_LOOK_MS = 60_000
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 1000]

/**
 * Looks again and again until there is something to see. What is awaited needs the cores too: the
 * more a look costs, the longer it pauses.
 *
 * @param what is awaited, for the error
 * @param seconds the deadline
 * @param look gives what was awaited, or undefined or false when it is not there yet; an error counts as not yet, and so does a look without an end
 * @throws Error with what the last look met
 */
export async function eventually<Seen>(
  what: string,
  seconds: number,
  look: () => Promise<Seen | undefined | false>,
): Promise<Seen> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const began = performance.now()
    let met: unknown
    try {
      const seen = await ends(look())
      if (seen !== undefined && seen !== false) return seen
    } catch (error) {
      met = error
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${seconds} s${met === undefined ? '' : `; ${met}`}`)
    const took = performance.now() - began
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, 2 * took)))
  }
}

async function ends<Seen>(look: Promise<Seen>): Promise<Seen> {
  const over = new AbortController()
  const tooLong = pause(LONGEST_LOOK_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error('the look did not end')
  })
  try {
    return await Promise.race([look, tooLong])
  } finally {
    over.abort()
    tooLong.catch(() => {})
  }
}
