import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { EditQuestion } from '../../k8s/model/bench.ts'

/** Between two looks, in milliseconds: what a figure may be too high by, beside the time of the look itself. */
const PAUSE = 5
/** A connection may wait for a server that restarts, but not for ever. */
const PATIENCE = 30

/** Asks once, on a connection of its own. @returns the body, whatever the status. @throws Error after `seconds` without */
export async function ask({ url, headers, body }: EditQuestion, seconds = PATIENCE): Promise<string> {
  const asked = request(url, {
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...headers },
    signal: AbortSignal.timeout(seconds * 1000),
  })
  return new Promise((resolve, reject) => {
    asked.once('error', reject)
    asked.once('response', (answer) => text(answer).then(resolve, reject))
    asked.end(body)
  })
}

/**
 * Asks again and again until the answer holds `words`.
 *
 * @param since as `performance.now()` gave it
 * @returns milliseconds from `since` to the end of that answer
 * @throws Error after `seconds`, with the last answer
 */
export async function untilServed(
  question: EditQuestion,
  words: string,
  since: number,
  seconds: number,
  interrupted: AbortSignal,
): Promise<number> {
  let met = 'nothing'
  while (performance.now() - since < seconds * 1000) {
    interrupted.throwIfAborted()
    met = await ask(question).catch((error: Error) => error.message)
    if (met.includes(words)) return performance.now() - since
    await pause(PAUSE)
  }
  throw new Error(
    `${question.url} did not serve "${words}" within ${seconds} s; it answered: ${met.slice(0, 300)}`,
  )
}
