import { signInPath } from './back'
import { Refused, refusalOf, refuseSilence, send } from './refused'

interface AccessToken {
  value: string
  /** By this browser's clock, in milliseconds since 1970. */
  freshUntil: number
}

const margin = 60_000
/** A network that goes takes a request with it without a word. */
const patience = 10_000

let current: Promise<AccessToken> | undefined

/** The bearer token for the API, kept in memory and renewed a minute before it expires. Throws Refused. */
export async function accessToken(): Promise<string> {
  try {
    const token = await (current ?? renewed())
    return Date.now() < token.freshUntil ? token.value : (await renewed()).value
  } catch (error) {
    if (error instanceof Refused && error.status === 401) window.location.assign(signInPath())
    throw error
  }
}

/** Asks for it before anything needs it, so that the first change need not wait. */
export function askForAccessToken(): void {
  if (!current) void renewed()
}

/** Makes the next call fetch a new token. */
export function forgetAccessToken(): void {
  current = undefined
}

/** What failed is not kept: the next call asks again. */
function renewed(): Promise<AccessToken> {
  const token = fetchToken()
  current = token
  token.catch(() => {
    if (current === token) current = undefined
  })
  return token
}

async function fetchToken(): Promise<AccessToken> {
  const response = await send('/api/auth/token', { signal: AbortSignal.timeout(patience) })
  if (!response.ok) throw await refusalOf(response)
  const { token } = (await response.json().catch(refuseSilence)) as { token: string }
  return { value: token, freshUntil: Date.now() + lifetime(token) - margin }
}

// The difference of two claims, so that a wrong clock in the browser does no harm.
function lifetime(token: string): number {
  const payload = token.split('.')[1] ?? ''
  const { iat, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as {
    iat: number
    exp: number
  }
  return (exp - iat) * 1_000
}
