import { Agent, type IncomingMessage, request } from 'node:http'
import { Refusal } from '../shell/refusal.ts'
import { type KubectlProxy, startProxy } from './proxy.ts'

const HEADERS = { host: 'localhost' }

/** Seconds: a watch whose connection is lost tells as little as one of a quiet cluster. */
const LONGEST_WATCH = 5 * 60

/** The API server of one context. */
export interface Api {
  readonly context: string
  /** @returns undefined where there is nothing, or nothing for us @throws Refusal when the API does not answer */
  readonly read: <Kind>(path: string) => Promise<Kind | undefined>
  /** @returns whatever is answered, a failure too @throws Refusal when nothing is */
  readonly ask: (path: string, milliseconds?: number) => Promise<{ status: number; body: string }>
  /** Has the API server fill in a new object without keeping it. @returns undefined where it does not let us, or refuses it */
  readonly tryOut: <Kind>(path: string, object: object) => Promise<Kind | undefined>
  /**
   * The lines of an answer that goes on, as they come. Leaving the loop ends it.
   *
   * @param signal ends it too, with an error
   * @throws what breaks it before its end; Refusal when it is refused
   */
  readonly lines: (path: string, signal?: AbortSignal) => AsyncGenerator<string>
  /** The lines of a watch, which ends after five minutes at the latest. */
  readonly watch: (path: string, signal?: AbortSignal) => AsyncGenerator<string>
  /** The API server's clock, as of its last answer. */
  readonly now: () => number
  readonly close: () => void
}

/**
 * Opens the one way to a cluster: a `kubectl proxy`, by which whatever way of signing in the kubeconfig has works, and a look
 * at the cluster costs milliseconds where each start of kubectl costs a tenth of a second. It starts when it is first needed,
 * and anew where it has ended; where kubectl is missing or does not know the context, whatever is asked is a Refusal.
 *
 * @param signal closes it
 */
export function openApi(context: string, signal?: AbortSignal): Api {
  const agent = new Agent({ keepAlive: true })
  let proxy: Promise<KubectlProxy> | undefined
  let isClosed = false
  const reach = async (): Promise<KubectlProxy> => {
    if (isClosed) throw new Refusal('The way to the cluster was closed.', 'npm run gate says what is wrong')
    if (proxy) return proxy
    const started = startProxy(context)
    const forget = () => {
      if (proxy === started) proxy = undefined
    }
    proxy = started
    started.then(({ ended }) => ended.then(forget), forget)
    return started
  }
  const close = () => {
    isClosed = true
    signal?.removeEventListener('abort', close)
    agent.destroy()
    proxy?.then(({ close }) => close()).catch(() => undefined)
  }
  signal?.addEventListener('abort', close)

  const send = async (path: string, ending?: AbortSignal, object?: object): Promise<IncomingMessage> => {
    const { socketPath } = await reach()
    return new Promise((resolve, reject) => {
      const posting = object && {
        method: 'POST',
        headers: { ...HEADERS, 'content-type': 'application/json' },
      }
      const options = { socketPath, path, agent, headers: HEADERS, ...posting, signal: ending }
      const sent = request(options, resolve)
      sent.once('error', reject).end(object && JSON.stringify(object))
    })
  }
  const ask = async (path: string, milliseconds = 10_000, object?: object) => {
    try {
      const response = await send(path, AbortSignal.timeout(milliseconds), object)
      return { status: response.statusCode ?? 0, body: await bodyOf(response), date: response.headers.date }
    } catch (error) {
      if (error instanceof Refusal) throw error
      throw new Refusal(`The API server does not answer: ${error}.`, 'npm run gate says what is wrong')
    }
  }
  async function* lines(path: string, ending?: AbortSignal): AsyncGenerator<string> {
    const response = await send(path, ending)
    if (response.statusCode !== 200) throw refusalOf(response.statusCode, await bodyOf(response))
    let rest = ''
    for await (const chunk of response.setEncoding('utf8')) {
      const texts = (rest + chunk).split('\n')
      rest = texts.pop() ?? ''
      yield* texts
    }
    if (rest) yield rest
  }
  let skew = 0
  return {
    context,
    ask,
    lines,
    watch: (path, ending) =>
      lines(`${path}${path.includes('?') ? '&' : '?'}watch=true&timeoutSeconds=${LONGEST_WATCH}`, ending),
    read: async <Kind>(path: string) => {
      const { status, body, date } = await ask(path)
      if (status === 403 || status === 404) return undefined
      if (status !== 200) throw refusalOf(status, body)
      if (date) skew = Date.parse(date) - Date.now()
      return JSON.parse(body) as Kind
    },
    tryOut: async <Kind>(path: string, object: object) => {
      const { status, body } = await ask(`${path}?dryRun=All`, 10_000, object)
      return status === 201 ? (JSON.parse(body) as Kind) : undefined
    },
    now: () => Date.now() + skew,
    close,
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return body
}

function refusalOf(status: number | undefined, body: string): Refusal {
  return new Refusal(
    `The API server answered ${status}: ${body.slice(0, 200)}`,
    'npm run gate says what is wrong',
  )
}
