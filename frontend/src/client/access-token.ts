import { signInPath } from './back'
import { refusalOf, send } from './refused'

interface AccessToken {
  value: string
  /** By this browser's clock, in milliseconds since 1970. */
  freshUntil: number
}

const margin = 60_000

let current: Promise<AccessToken> | undefined

/** The bearer token for the API, kept in memory and renewed a minute before it expires. Throws Refused. */
export async function accessToken(): Promise<string> {
  current ??= fetchToken()
  try {
    const token = await current
    if (Date.now() < token.freshUntil) return token.value
  } catch (error) {
    current = undefined
    throw error
  }
  current = fetchToken()
  return (await current).value
}

/** Makes the next call fetch a new token. */
export function forgetAccessToken(): void {
  current = undefined
}

async function fetchToken(): Promise<AccessToken> {
  const response = await send('/api/auth/token')
  if (response.status === 401) window.location.assign(signInPath())
  if (!response.ok) throw await refusalOf(response)
  const { token } = (await response.json()) as { token: string }
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
