import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { readJson } from '../../shell/json.ts'
import { HOOKS, type LoadedHooks } from './loaded.ts'

const question = z.object({ program: z.enum(HOOKS), argv: z.array(z.string()) })

/**
 * Answers the hooks that the loop's Skaffold starts, until the signal: each asks here by `lib/shell/ask-loop.mjs`, says
 * what it is told, a JSON object a line, and ends.
 *
 * @param path of the socket; who may open its folder may ask
 */
export function answerHooks(path: string, hooks: LoadedHooks, signal: AbortSignal): Promise<void> {
  // One of a loop that was killed.
  rmSync(path, { force: true })
  const server = createServer((client) => void answer(client, hooks))
  signal.addEventListener('abort', () => server.close())
  return new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve))
}

async function answer(client: Socket, hooks: LoadedHooks): Promise<void> {
  const left = new AbortController()
  // A hook that is ended, ends what it has asked for.
  client.on('error', () => undefined).on('close', () => left.abort())
  for await (const line of createInterface({ input: client })) {
    const asked = question.safeParse(readJson(line))
    if (!asked.success) break
    const { program, argv } = asked.data
    const code = await hooks.run(
      program,
      argv,
      (text) => client.write(`${JSON.stringify({ text })}\n`),
      left.signal,
    )
    client.write(`${JSON.stringify({ code })}\n`)
    break
  }
  client.end()
}
