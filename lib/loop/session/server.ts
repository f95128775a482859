import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { readJson } from '../../shell/json.ts'
import { Refusal } from '../../shell/refusal.ts'
import { type Question, question, VERSION } from './questions.ts'

/** One question of a client, until it leaves. */
export interface Asked {
  readonly say: (message: object) => void
  readonly left: AbortSignal
}

/** What answers each question: the last message is the answer. */
export type Answers = {
  readonly [Ask in Question['ask']]: (
    question: Extract<Question, { ask: Ask }>,
    asked: Asked,
  ) => Promise<object | undefined>
}

/**
 * Answers questions about a loop, one a connection, until the signal.
 *
 * @param path of the socket, in a folder that this user alone may enter
 */
export function serveAnswers(path: string, answers: Answers, signal: AbortSignal): Promise<void> {
  // One of a loop that was killed.
  rmSync(path, { force: true })
  const server = createServer((client) => void answer(client, answers))
  signal.addEventListener('abort', () => server.close())
  return new Promise((resolve, reject) =>
    server.once('error', reject).listen(path, () => {
      chmodSync(path, 0o600)
      resolve()
    }),
  )
}

async function answer(client: Socket, answers: Answers): Promise<void> {
  const left = new AbortController()
  client.on('error', () => undefined).on('close', () => left.abort())
  const say = (message: object) => void client.write(`${JSON.stringify(message)}\n`)
  for await (const line of createInterface({ input: client })) {
    const last = await answerTo(line, answers, { say, left: left.signal })
    if (last) say(last)
    break
  }
  client.end()
}

async function answerTo(line: string, answers: Answers, asked: Asked): Promise<object | undefined> {
  const parsed = question.safeParse(readJson(line))
  if (!parsed.success)
    return refusal(`This loop understands version ${VERSION} of its questions, and not this one.`, 2)
  const about = parsed.data
  try {
    // Each answers the questions of its name.
    return await (answers[about.ask] as (about: Question, asked: Asked) => Promise<object | undefined>)(
      about,
      asked,
    )
  } catch (error) {
    if (error instanceof Refusal) return refusal(error.message, error.exitCode, error.cure)
    return refusal(error instanceof Error ? error.message : String(error), 70)
  }
}

function refusal(message: string, exitCode: number, cure = 'use the npm run loop of this checkout') {
  return { refusal: { message, cure, exitCode } }
}
