import { auth } from './auth.ts'
import { trustedOrigins } from './auth-options.ts'
import { causeOf } from './cause.ts'
import { watchDatabase } from './database-trouble.ts'
import { log } from './log.ts'
import { problem } from './problem.ts'
import { notReadyBecause } from './readiness.ts'
import { settings } from './settings.ts'

const largestBody = 16 * 1024
/** Of a larger one, so much is read and thrown away: a client that still writes when it is cut off may miss the answer. */
const mostDrained = 1024 * 1024

/** Better Auth's answer; where it has none, or one that hides that the database is away, a problem document. */
export async function answerAuth(request: Request): Promise<Response> {
  const body = await bodyOf(request)
  // A rest of it may not have been read, so nothing else can come by this connection.
  if (body === undefined) return problem(413, 'The body is larger than 16 kB.', { connection: 'close' })
  const [answer, trouble] = await watchDatabase(() => askBetterAuth(request, body))
  // A session that cannot be looked up is none to Better Auth: its 401 would send people to sign in again.
  const mayHide = answer.status === 401 || answer.status === 500
  if (mayHide && (trouble || (await notReadyBecause())))
    return problem(503, 'The database does not answer; try again shortly.', { 'retry-after': '2' })
  if (leadsElsewhere(answer)) return problem(403, 'This address leads to another site.')
  return answer.status === 500
    ? problem(500, 'The server failed unexpectedly; its log has the cause.')
    : withRetryAfter(answer)
}

/** The body whole, or undefined where it is larger than an account has use for. */
async function bodyOf({ body }: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > mostDrained) return undefined
    if (size <= largestBody) parts.push(part)
  }
  return size > largestBody ? undefined : new Uint8Array(Buffer.concat(parts))
}

async function askBetterAuth({ url, method, headers }: Request, body: Uint8Array<ArrayBuffer>) {
  const init = { method, headers: withoutLoneFetchMode(headers), body: body.length > 0 ? body : null }
  try {
    return await auth().handler(new Request(url, init))
  } catch (error) {
    log('error', 'Better Auth failed', { cause: causeOf(error) })
    return new Response(null, { status: 500 })
  }
}

// Node's fetch sends Sec-Fetch-Mode but, unlike any browser, no Sec-Fetch-Site and no Origin; Better Auth would
// take it for a browser that hides where it comes from.
function withoutLoneFetchMode(given: Headers): Headers {
  const headers = new Headers(given)
  if (!headers.has('sec-fetch-site')) headers.delete('sec-fetch-mode')
  return headers
}

// Better Auth checks an address as it is given, not as it is after dots in it have gone away.
function leadsElsewhere({ headers }: Response): boolean {
  const to = headers.get('location')
  if (to === null) return false
  const here = settings()
  const [base] = here.publicOrigins
  return !URL.canParse(to, base) || !trustedOrigins(here).includes(new URL(to, base).origin)
}

/** Better Auth names it in a way of its own. */
function withRetryAfter(answer: Response): Response {
  const seconds = answer.headers.get('x-retry-after')
  if (!seconds) return answer
  const response = new Response(answer.body, answer)
  response.headers.set('retry-after', seconds)
  return response
}
