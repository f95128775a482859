import { setTimeout as pause } from 'node:timers/promises'

/** Node 20's fetch can lose an answer: neither given nor refused, with nothing left that would end it. */
const LONGEST_LOOK_MS = 60_000

/**
 * Looks again and again until there is something to see.
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
    let met: unknown
    try {
      const seen = await ends(look())
      if (seen !== undefined && seen !== false) return seen
    } catch (error) {
      met = error
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${seconds} s${met === undefined ? '' : `; ${met}`}`)
    await pause(100)
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
