import { setTimeout as pause } from 'node:timers/promises'

/** A throw-away user of a running stack, as any client of its API is one. */
export interface User {
  readonly id: string
  readonly token: string
  /** Of the session, as a browser would send it. */
  readonly cookie: string
}

/** One who can sign in again. */
export interface Account extends User {
  readonly email: string
  readonly password: string
}

/**
 * Signs a new user up through the frontend.
 *
 * @param origin where the page is for a browser, like http://localhost:3000
 * @param address where it is for us
 * @param domain by which whoever cleans up knows the user again
 */
export async function signUp(origin: string, address = origin, domain = 'test.local'): Promise<Account> {
  const account = { email: `${crypto.randomUUID()}@${domain}`, password: crypto.randomUUID() }
  const user = await enter('sign-up', { name: 'Test', ...account }, origin, address)
  return { ...user, ...account }
}

/** Signs in with the password that `signUp` chose. */
export function signIn(origin: string, { email, password }: Account): Promise<User> {
  return enter('sign-in', { email, password }, origin, origin)
}

async function enter(
  door: 'sign-up' | 'sign-in',
  body: object,
  origin: string,
  address: string,
): Promise<User> {
  const answer = await fetch(`${address}/api/auth/${door}/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
  if (answer.status === 429) {
    // Twenty in ten seconds are let in: whoever comes after them waits as long as they are told to.
    await pause(Number(answer.headers.get('retry-after')) * 1000)
    return enter(door, body, origin, address)
  }
  if (!answer.ok) throw new Error(`${door} was answered ${answer.status}: ${await answer.text()}`)
  const { user } = (await answer.json()) as { user: { id: string } }
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { token } = (await (await fetch(`${address}/api/auth/token`, { headers: { cookie } })).json()) as {
    token: string
  }
  return { id: user.id, token, cookie }
}

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

/** Calls the API as this user; `path` follows /api/{user}/. */
export async function as<Body>(
  { id, token }: User,
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer<Body>> {
  const answer = await fetch(`${origin}/api/${id}/${path}`, {
    method,
    signal: signal ?? null,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as Body }
}
