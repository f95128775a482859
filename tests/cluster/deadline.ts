import { setTimeout as pause } from 'node:timers/promises'

/**
 * Looks again and again until there is something to see.
 *
 * @param what is awaited, for the error
 * @param seconds the deadline
 * @param look gives what was awaited, or undefined or false when it is not there yet; an error counts as not yet
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
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
    } catch (error) {
      met = error
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${seconds} s${met === undefined ? '' : `; ${met}`}`)
    await pause(100)
  }
}
