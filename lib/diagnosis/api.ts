import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withOurTools } from '../cluster/kubectl.ts'
import { inItsWords } from '../shell/in-its-words.ts'
import { Refusal } from '../shell/refusal.ts'

/** Standard input ends when this process does, however it ends: then the proxy goes, and its folder. */
const UNTIL_WE_END = `exec 3<&0; (read -r _ <&3; kill $$; rm -rf "$0") >/dev/null 2>&1 & exec "$@" 3<&- </dev/null`

const HEADERS = { host: 'localhost' }

/** Seconds: a watch whose connection is lost tells as little as one of a quiet cluster. */
const LONGEST_WATCH = 5 * 60

/** The API server of one context, for reading. */
export interface Api {
  readonly context: string
  /** @returns undefined where there is nothing, or nothing for us @throws Refusal when the API does not answer */
  readonly read: <Kind>(path: string) => Promise<Kind | undefined>
  /** @returns whatever is answered, a failure too @throws Refusal when nothing is */
  readonly ask: (path: string, milliseconds?: number) => Promise<{ status: number; body: string }>
  /** Has the API server fill in a new object without keeping it. @returns undefined where it does not let us, or refuses it */
  readonly tryOut: <Kind>(path: string, object: object) => Promise<Kind | undefined>
  /** Calls back at all that a watch tells; settles when it ends, after five minutes at the latest. */
  readonly follow: (path: string, onNews: () => void) => Promise<void>
  /** The API server's clock, as of its last answer. */
  readonly now: () => number
  readonly close: () => void
}

/**
 * Opens one `kubectl proxy` on a socket of this user's: whatever way of signing in the kubeconfig has works, and a look
 * at the cluster costs milliseconds where each start of kubectl costs a tenth of a second.
 *
 * @param signal closes it
 * @throws Refusal when kubectl is missing or does not know the context
 */
export async function openApi(context: string, signal?: AbortSignal): Promise<Api> {
  const folder = mkdtempSync(join(tmpdir(), 'todo-'))
  const socketPath = join(folder, 'api')
  const words = ['kubectl', '--context', context, 'proxy', `--unix-socket=${socketPath}`]
  const child = spawn('/bin/sh', ['-c', UNTIL_WE_END, folder, ...words], {
    env: withOurTools(),
    detached: true,
  })
  const agent = new Agent({ keepAlive: true })
  const close = () => {
    signal?.removeEventListener('abort', close)
    agent.destroy()
    child.stdin.destroy()
  }
  signal?.addEventListener('abort', close)
  let said = ''
  child.stderr.on('data', (chunk) => {
    // It goes on for hours, and complains of each connection that breaks.
    if (said.length < 100_000) said += chunk
  })
  const started = await Promise.race([
    once(child.stdout, 'data').then(() => undefined),
    once(child, 'close').then(() => inItsWords(said)),
  ])
  if (started !== undefined) {
    close()
    throw new Refusal(`kubectl proxy did not start: ${started}`, 'npm run gate says what is wrong')
  }

  let skew = 0
  const send = (path: string, milliseconds?: number, object?: object) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const posting = object && {
        method: 'POST',
        headers: { ...HEADERS, 'content-type': 'application/json' },
      }
      const patience = milliseconds === undefined ? {} : { signal: AbortSignal.timeout(milliseconds) }
      const options = { socketPath, path, agent, headers: HEADERS, ...posting, ...patience }
      const sent = request(options, resolve)
      sent.once('error', reject).end(object && JSON.stringify(object))
    })
  const ask = async (path: string, milliseconds = 10_000, object?: object) => {
    try {
      const response = await send(path, milliseconds, object)
      let body = ''
      for await (const chunk of response.setEncoding('utf8')) body += chunk
      return { status: response.statusCode ?? 0, body, date: response.headers.date }
    } catch (error) {
      throw new Refusal(`The API server does not answer: ${error}.`, 'npm run gate says what is wrong')
    }
  }
  return {
    context,
    ask,
    read: async <Kind>(path: string) => {
      const { status, body, date } = await ask(path)
      if (status === 403 || status === 404) return undefined
      if (status !== 200)
        throw new Refusal(
          `The API server answered ${status}: ${body.slice(0, 200)}`,
          'npm run gate says what is wrong',
        )
      if (date) skew = Date.parse(date) - Date.now()
      return JSON.parse(body) as Kind
    },
    tryOut: async <Kind>(path: string, object: object) => {
      const { status, body } = await ask(`${path}?dryRun=All`, 10_000, object)
      return status === 201 ? (JSON.parse(body) as Kind) : undefined
    },
    follow: async (path, onNews) => {
      const response = await send(`${path}&timeoutSeconds=${LONGEST_WATCH}`, (LONGEST_WATCH + 30) * 1000)
      for await (const _ of response) onNews()
    },
    now: () => Date.now() + skew,
    close,
  }
}
