import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { readJson } from '../../shell/json.ts'
import { Refusal } from '../../shell/refusal.ts'
import { type Ask, type Put, VERSION } from './questions.ts'

/** The exit code where no loop runs. */
export const NO_LOOP = 3

const refused = z.object({
  refusal: z.object({ message: z.string(), cure: z.string(), exitCode: z.number() }),
})

/** Where a loop is asked. */
export function socketOf(stateFolder: string): string {
  return join(stateFolder, 'loop.sock')
}

/**
 * Asks the loop that runs.
 *
 * @returns its messages, the last of which is the answer
 * @throws Refusal where none runs, with exit code 3, or in its words
 */
export async function* ask(socket: string, question: Put, signal?: AbortSignal): AsyncGenerator<unknown> {
  const client = connect(socket)
  // Whoever gives up says why, where it is for a person.
  const end = () => void client.destroy(signal?.reason instanceof Refusal ? signal.reason : undefined)
  signal?.addEventListener('abort', end)
  try {
    await once(client, 'connect').catch(() => {
      signal?.throwIfAborted()
      throw new Refusal('No loop of this checkout is running.', 'npm run dev -- --detach', NO_LOOP)
    })
    client.on('error', () => undefined)
    client.write(`${JSON.stringify({ version: VERSION, ...question })}\n`)
    const lines = createInterface({ input: client })
    // It passes the socket's errors on, which mean the same as its end.
    lines.on('error', () => undefined)
    // It hears of its input's end alone.
    client.once('close', () => lines.close())
    for await (const line of lines) {
      const message = readJson(line)
      const refusal = refused.safeParse(message).data?.refusal
      if (refusal) throw new Refusal(refusal.message, refusal.cure, refusal.exitCode)
      yield message
    }
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', end)
    end()
  }
}

/** Puts questions to a loop that is another process, until the signal. */
export function asking(socket: string, signal?: AbortSignal): Ask {
  return async (question, hear = () => undefined) => {
    let last: unknown
    for await (const message of ask(socket, question, signal)) {
      hear(message)
      last = message
    }
    return last
  }
}

/**
 * Asks for one answer.
 *
 * @throws Refusal where the loop ended before it, too
 */
export function answerTo(socket: string, question: Put, signal?: AbortSignal): Promise<unknown> {
  return answerOf(asking(socket, signal), question)
}

/** @throws Refusal where the loop ended before it answered */
export async function answerOf(ask: Ask, question: Put): Promise<unknown> {
  const answer = await ask(question)
  if (answer === undefined)
    throw new Refusal('The loop ended before it answered.', 'npm run dev -- --detach', NO_LOOP)
  return answer
}
