import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const message = z.object({
  type: z.enum(['request', 'response', 'event']),
  event: z.string().optional(),
  request_seq: z.number().optional(),
  success: z.boolean().optional(),
  message: z.string().optional(),
  body: z.record(z.string(), z.unknown()).optional(),
})
type Message = z.infer<typeof message>

/** Seconds that something may take on a busy machine. */
const PATIENCE = 300

/** An editor that debugs, as far as a test needs one: https://microsoft.github.io/debug-adapter-protocol */
export interface Editor {
  readonly break: (file: string, line: number) => Promise<void>
  /** Waits until the program stands at a breakpoint; lets it go on once it was asked. @returns file and line, and the value */
  readonly passBreakpoint: (expression: string) => Promise<{ at: string; value: string }>
  readonly stopped: () => Promise<void>
  readonly detach: () => Promise<void>
  /** Ends as one that is killed. */
  readonly vanish: () => void
}

/**
 * Attaches to a debug adapter.
 *
 * @param map of folders there, like those of a launch configuration
 */
export async function attachEditor(
  port: number,
  map: readonly { localRoot: string; remoteRoot: string }[] = [],
): Promise<Editor> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const heard = hear(socket)
  let seq = 0
  const send = (command: string, words: object) => {
    seq += 1
    const body = JSON.stringify({ seq, type: 'request', command, arguments: words })
    socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    return seq
  }
  const answerTo = async (asked: number) => {
    const answer = await heard(({ request_seq }) => request_seq === asked)
    if (!answer.success) throw new Error(answer.message)
    return answer.body ?? {}
  }
  const ask = (command: string, words: object = {}) => answerTo(send(command, words))
  await ask('initialize', {
    adapterID: 'test',
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: 'path',
  })
  const attached = send('attach', { justMyCode: true, pathMappings: map })
  await heard(({ event }) => event === 'initialized')
  await ask('configurationDone')
  await answerTo(attached)
  const thread = async () => {
    const { body } = await heard(({ event }) => event === 'stopped')
    return Number(body?.threadId)
  }
  return {
    break: async (file, line) => {
      const { breakpoints } = await ask('setBreakpoints', { source: { path: file }, breakpoints: [{ line }] })
      const [set] = z.array(z.object({ verified: z.boolean() })).parse(breakpoints)
      if (!set?.verified) throw new Error(`${file}:${line} takes no breakpoint`)
    },
    passBreakpoint: async (expression) => {
      const threadId = await thread()
      const { stackFrames } = await ask('stackTrace', { threadId, levels: 1 })
      const [frame] = z
        .array(z.object({ id: z.number(), line: z.number(), source: z.object({ path: z.string() }) }))
        .parse(stackFrames)
      const { result } = await ask('evaluate', { expression, frameId: frame?.id, context: 'repl' })
      await ask('continue', { threadId })
      return { at: `${frame?.source.path}:${frame?.line}`, value: String(result) }
    },
    stopped: async () => void (await thread()),
    detach: async () => {
      await ask('disconnect')
      socket.destroy()
    },
    vanish: () => socket.destroy(),
  }
}

/** @returns what waits for the first message like that, and takes it */
function hear(socket: Socket): (wanted: (message: Message) => boolean) => Promise<Message> {
  let bytes = Buffer.alloc(0)
  const messages: Message[] = []
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const [head, length] = /^Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString('latin1')) ?? []
      const end = (head?.length ?? 0) + Number(length)
      if (head === undefined || bytes.length < end) return
      messages.push(message.parse(JSON.parse(bytes.subarray(head.length, end).toString())))
      bytes = bytes.subarray(end)
    }
  })
  return async (wanted) => {
    for (const deadline = Date.now() + PATIENCE * 1000; Date.now() < deadline; await sleep(10)) {
      const at = messages.findIndex(wanted)
      const [found] = at < 0 ? [] : messages.splice(at, 1)
      if (found) return found
    }
    throw new Error(`the debug adapter has not said it; it said ${JSON.stringify(messages.slice(-5))}`)
  }
}
