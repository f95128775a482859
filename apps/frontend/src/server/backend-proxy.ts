import { causeOf } from './cause.ts'
import { clientAddressHeader } from './client-address.ts'
import { log } from './log.ts'
import { problem } from './problem.ts'
import { settings } from './settings.ts'
import { telemetry } from './telemetry.ts'

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** The session cookie is this service's own; `accept-encoding` is asked for by us, `host` and `expect` by fetch. */
const notForBackend = ['host', 'expect', 'cookie', 'accept-encoding', clientAddressHeader]

/** The answer has the request's id already. */
const notForBrowser = ['set-cookie', 'x-request-id']

/** Sends `request` to the backend and streams its answer back; 502 as a problem document when it cannot be reached. */
export async function proxyToBackend(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const headers = passedOn(request.headers, notForBackend)
  headers.set('accept-encoding', 'identity')
  for (const [name, value] of Object.entries(telemetry()?.headers() ?? {})) headers.set(name, value)
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method,
    headers,
    body: request.body,
    // Required by fetch for a streamed body.
    duplex: 'half',
    redirect: 'manual',
    cache: 'no-store',
    signal: request.signal,
  }
  try {
    const answer = await fetch(settings().backendUrl + pathname + search, init)
    return new Response(answer.body, {
      status: answer.status,
      statusText: answer.statusText,
      headers: passedOn(answer.headers, notForBrowser),
    })
  } catch (error) {
    if (!request.signal.aborted) log('error', 'The backend did not answer', { cause: causeOf(error) })
    return problem(502, 'The task service did not answer; try again in a moment.')
  }
}

function passedOn(headers: Headers, dropped: readonly string[]): Headers {
  const kept = new Headers(headers)
  const named = headers.get('connection')?.split(',') ?? []
  for (const name of [...hopByHop, ...named, ...dropped]) if (name.trim()) kept.delete(name.trim())
  return kept
}
