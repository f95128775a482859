import { newTurns } from './in-turn'

/** Starts a piece of work, later if the browser is offline. */
type Start = (work: () => Promise<void>) => void

/** Sends a change of the task with this id; `isLast` tells whether it is the last one of that task so far. */
export type Change = (id: number, send: (isLast: () => boolean) => Promise<void>) => void

/**
 * Changes of one task one after the other, in the order in which they were made.
 *
 * @param sent is called after each
 */
export function newChanges(start: Start, sent: () => void): Change {
  const inTurn = newTurns<number>()
  /** How many there have been of each task, those that wait for a network among them. */
  const counts = new Map<number, number>()
  return (id, send) => {
    const number = (counts.get(id) ?? 0) + 1
    counts.set(id, number)
    start(async () => {
      await inTurn(id, () => send(() => counts.get(id) === number))
      sent()
    })
  }
}
