/** A throw-away user of the stack under test. */
export interface User {
  readonly id: string
  readonly token: string
}

/** By which the users of a bench are known in a database that others use too. */
export const BENCH_DOMAIN = 'bench.local'

/**
 * Signs a new user up.
 *
 * @param address where the frontend answers
 * @param origin where a browser would see it
 * @throws Error with what the frontend answered
 */
export async function signUp(address: string, origin: string): Promise<User> {
  const answer = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      name: 'Bench',
      email: `${crypto.randomUUID()}@${BENCH_DOMAIN}`,
      password: crypto.randomUUID(),
    }),
  })
  if (!answer.ok) throw new Error(`sign-up was answered ${answer.status}: ${await answer.text()}`)
  const { user } = (await answer.json()) as { user: { id: string } }
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { token } = (await (await fetch(`${address}/api/auth/token`, { headers: { cookie } })).json()) as User
  return { id: user.id, token }
}
