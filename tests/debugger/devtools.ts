import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { z } from 'zod'

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }))
const frames = z.array(z.object({ callFrameId: z.string(), url: z.string() }))
const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
})
type Message = z.infer<typeof message>

/** Not Node's: what we tell ourselves. */
const SET = 'breakpoint set'

/** Seconds that something may take on a busy machine. */
const PATIENCE = 300

/** Chrome's DevTools, as far as a test needs them: https://chromedevtools.github.io/devtools-protocol/v8 */
export interface DevTools {
  /** Waits until the line is a breakpoint in the program that runs now. */
  readonly set: () => Promise<void>
  /** Waits until the program stands at the line; lets it go on once it was asked. @returns the value */
  readonly passBreakpoint: (expression: string) => Promise<string>
  readonly stopped: () => Promise<void>
  readonly detach: () => void
}

/**
 * Attaches to Node's inspector, and once more whenever the program there is another one, as DevTools and editors do by
 * themselves.
 *
 * @param code where the breakpoint is to be, as it is in what Node runs
 */
export async function attachDevTools(port: number, file: RegExp, code: RegExp): Promise<DevTools> {
  const messages: Message[] = []
  let [socket, id, left]: [WebSocket | undefined, number, boolean] = [undefined, 0, false]
  const take = async (wanted: (message: Message) => boolean) => {
    for (const deadline = Date.now() + PATIENCE * 1000; Date.now() < deadline; await sleep(10)) {
      const at = messages.findIndex(wanted)
      const [found] = at < 0 ? [] : messages.splice(at, 1)
      if (found) return found
    }
    throw new Error(`Node has not said it; it said ${JSON.stringify(messages.slice(-5))}`)
  }
  const ask = async (method: string, params: object = {}) => {
    id += 1
    const asked = id
    socket?.send(JSON.stringify({ id: asked, method, params }))
    return (await take((answer) => answer.id === asked)).result ?? {}
  }
  const breakWhereTold = async ({ scriptId, url }: Readonly<Record<string, unknown>>) => {
    if (!file.test(String(url))) return
    const { scriptSource } = await ask('Debugger.getScriptSource', { scriptId })
    const [before, found] = String(scriptSource).split(code, 2)
    if (before === undefined || found === undefined) return
    const lines = before.split('\n')
    const location = { scriptId, lineNumber: lines.length - 1, columnNumber: lines.at(-1)?.length }
    await ask('Debugger.setBreakpoint', { location })
    messages.push({ method: SET })
  }
  const attach = async () => {
    const [target] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json())
    socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
    socket.on('error', () => undefined)
    await once(socket, 'open')
    socket.on('message', (data) => {
      const heard = message.parse(JSON.parse(String(data)))
      if (heard.method === 'Debugger.scriptParsed' && heard.params) void breakWhereTold(heard.params)
      else messages.push(heard)
    })
    socket.once('close', () => void again())
    await ask('Runtime.enable')
    await ask('Debugger.enable')
    await ask('Runtime.runIfWaitingForDebugger')
  }
  const again = async () => {
    while (!left) {
      const isThere = await attach().then(
        () => true,
        () => false,
      )
      if (isThere) return
      await sleep(20)
    }
  }
  await attach()
  const set = async () => void (await take(({ method }) => method === SET))
  const stopped = () => take(({ method }) => method === 'Debugger.paused')
  return {
    set,
    passBreakpoint: async (expression) => {
      const { params } = await stopped()
      const [frame] = frames.parse(params?.callFrames)
      const { result } = await ask('Debugger.evaluateOnCallFrame', {
        callFrameId: frame?.callFrameId,
        expression,
      })
      await ask('Debugger.resume')
      return String(z.object({ value: z.unknown() }).parse(result).value)
    },
    stopped: async () => void (await stopped()),
    detach: () => {
      left = true
      socket?.close()
    },
  }
}
