import { createHash } from 'node:crypto'
import { APIError, type createAuthMiddleware, getIP, getSessionFromCtx, isAPIError } from 'better-auth/api'
import type { Kysely } from 'kysely'
import { countAttempt, takeBackAttempt } from './attempts.ts'
import type { AuthDatabase } from './database.ts'

/** In seconds, so long a window is open in which an account bears so many wrong passwords. */
const window = 900
const mostOfAnAddress = 50
const mostOfAll = 500

const wrong = new Set(['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD'])

type Endpoint = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/**
 * Limits how many wrong passwords are tried on an account, from one address and from all together, see ADR 29. Before a
 * password is looked at it counts as wrong, so that many at once are counted too; of another one that is taken back.
 */
export function wrongPasswords(database: Kysely<AuthDatabase>) {
  const counted = new WeakMap<Request, readonly string[]>()

  return {
    /** @throws APIError with status 429 */
    async before(endpoint: Endpoint): Promise<void> {
      const { request } = endpoint
      const email = await accountTried(endpoint)
      if (!request || !email) return
      const account = `account:${createHash('sha256').update(email.toLowerCase()).digest('hex')}`
      const here = `${account}|${getIP(request, endpoint.context.options)}`
      // The one address first: what is refused there is no try on the account, or one could use up all that it bears.
      await count(here, mostOfAnAddress)
      await count(account, mostOfAll)
      counted.set(request, [here, account])
    },

    async after({ request, context: { returned } }: Endpoint): Promise<void> {
      const keys = request && counted.get(request)
      if (!keys || (isAPIError(returned) && wrong.has(String(returned.body?.code)))) return
      await takeBackAttempt(database, keys)
    },
  }

  async function count(key: string, most: number): Promise<void> {
    const { count, seconds } = await countAttempt(database, key, window)
    if (count <= most) return
    const message = 'Too many wrong passwords were tried on this account.'
    throw new APIError('TOO_MANY_REQUESTS', { message }, { 'retry-after': String(seconds) })
  }
}

/** The e-mail address of the account whose password is to be looked at. */
async function accountTried(endpoint: Endpoint): Promise<string | undefined> {
  switch (endpoint.path) {
    case '/sign-in/email':
      return typeof endpoint.body?.email === 'string' ? endpoint.body.email : undefined
    case '/change-password':
    case '/delete-user':
    case '/verify-password':
      return (await getSessionFromCtx(endpoint))?.user.email
  }
}
