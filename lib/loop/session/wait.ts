import { VERSION, type WaitAnswer } from './questions.ts'
import type { Session } from './session.ts'
import type { Verdict } from './verdict.ts'

/** Milliseconds after which a verdict is looked for anew, though nothing was told: a file may have been saved since. */
const LOOK = 250

/** Milliseconds that Node's timers can count. */
const LONGEST = 2 ** 31 - 1

/**
 * Waits until a verdict is reached.
 *
 * @param judge is asked after each event of the session
 * @param seconds after which the wait ends with what is in the way then
 * @param left ends the wait without an answer
 */
export function waitFor(
  session: Session,
  judge: () => Verdict,
  seconds: number,
  left: AbortSignal,
): Promise<WaitAnswer | undefined> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const end = (result: WaitAnswer | undefined) => {
      clearTimeout(alarm)
      clearInterval(look)
      endHearing()
      resolve(result)
    }
    const answer = (outcome: WaitAnswer['outcome'], { outcome: _, ...verdict }: Verdict) =>
      end({ version: VERSION, outcome, ...verdict, milliseconds: Math.round(performance.now() - began) })
    const ask = (isOver = false) => {
      try {
        const verdict = judge()
        if (verdict.outcome !== 'open') answer(verdict.outcome, verdict)
        else if (isOver) answer('timeout', verdict)
      } catch (error) {
        reject(error)
        end(undefined)
      }
    }
    const alarm = setTimeout(ask, Math.min(seconds * 1000, LONGEST), true)
    const look = setInterval(ask, LOOK)
    const endHearing = session.on((_, before, after) => before !== after && ask())
    left.addEventListener('abort', () => end(undefined))
    ask()
  })
}
