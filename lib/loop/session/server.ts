import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { readJson } from '../../shell/json.ts'
import { messageOf, Refusal } from '../../shell/refusal.ts'
import { type Put, type Question, question, VERSION } from './questions.ts'

/** Bytes of a socket's path: https://man7.org/linux/man-pages/man7/unix.7.html; macOS has 104 with the last NUL. */
const LONGEST_PATH = 103
/** Bytes that a client may leave unread. */
const MOST_UNREAD = 16 * 2 ** 20

/** One question of a client, until it leaves. */
export interface Client {
  readonly say: (message: object) => void
  readonly left: AbortSignal
}

/** What answers each question: the last message is the answer. */
export type Answers = {
  readonly [Ask in Question['ask']]: (
    question: Extract<Question, { ask: Ask }>,
    asked: Client,
  ) => Promise<object | undefined>
}

/**
 * Answers questions about a loop, one a connection, until the signal.
 *
 * @param path of the socket, in a folder that this user alone may enter
 * @throws Refusal where no socket can have that path
 */
export async function serveAnswers(path: string, answers: Answers, signal: AbortSignal): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new Refusal(
      `${path} is too long for the path of a socket.`,
      'set XDG_STATE_HOME to a folder with a shorter path',
    )
  // One of a loop that was killed.
  rmSync(path, { force: true })
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    answer(client, answers).catch(() => client.destroy())
  })
  signal.addEventListener('abort', () => {
    server.close()
    for (const client of clients) client.destroy()
  })
  server.listen(path)
  await once(server, 'listening')
  chmodSync(path, 0o600)
}

async function answer(client: Socket, answers: Answers): Promise<void> {
  const left = new AbortController()
  client.on('error', () => undefined).on('close', () => left.abort())
  const say = (message: object) => {
    client.write(`${JSON.stringify(message)}\n`)
    // Who does not read is not waited for.
    if (client.writableLength > MOST_UNREAD) client.destroy()
  }
  const lines = createInterface({ input: client })
  // It passes the socket's errors on, also once nobody iterates.
  lines.on('error', () => undefined)
  for await (const line of lines) {
    const last = await answerTo(line, answers, { say, left: left.signal })
    if (last) say(last)
    break
  }
  client.end()
}

async function answerTo(line: string, answers: Answers, asked: Client): Promise<object | undefined> {
  const parsed = question.safeParse(readJson(line))
  if (!parsed.success)
    return refusal(`This loop understands version ${VERSION} of its questions, and not this one.`, 2)
  const about = parsed.data
  try {
    return await put(answers, about, asked)
  } catch (error) {
    if (error instanceof Refusal) return refusal(error.message, error.exitCode, error.cure)
    return refusal(messageOf(error), 70)
  }
}

/** Each answers the questions of its name. */
function put(answers: Answers, about: Question, asked: Client): Promise<object | undefined> {
  return (answers[about.ask] as (about: Question, asked: Client) => Promise<object | undefined>)(about, asked)
}

/** Puts a question in the loop's own process. @throws what its answer does */
export async function askWithin(
  answers: Answers,
  question: Put,
  left: AbortSignal,
  hear: (message: unknown) => void = () => undefined,
): Promise<unknown> {
  const answer = await put(answers, { version: VERSION, ...question }, { say: hear, left })
  if (answer) hear(answer)
  return answer
}

function refusal(message: string, exitCode: number, cure = 'use the npm run loop of this checkout') {
  return { refusal: { message, cure, exitCode } }
}
