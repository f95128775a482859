import { APIError, type createAuthMiddleware } from 'better-auth/api'
import { isSeen } from '../client/seen.ts'

const longestName = 100

type Endpoint = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/**
 * What Better Auth leaves open, before each of its endpoints.
 *
 * @returns what is other than it was asked for
 * @throws APIError
 */
export function accountRules({ path, body }: Pick<Endpoint, 'path' | 'body'>) {
  switch (path) {
    case '/sign-up/email':
    case '/update-user':
      return checkName(body?.name)
    case '/change-password':
      // Who changes a password may do so because somebody else knows it.
      return { context: { body: { ...body, revokeOtherSessions: true } } }
    case '/delete-user':
      // Otherwise a session of the last day is enough, such as one that was left open.
      if (!body?.password)
        throw new APIError('BAD_REQUEST', { message: 'Give your password to delete the account.' })
  }
}

function checkName(name: unknown): void {
  if (typeof name !== 'string') return
  if (!isSeen(name) || [...name].length > longestName)
    throw new APIError('BAD_REQUEST', {
      message: `A name has 1 to ${longestName} characters, one of which can be seen.`,
    })
  // PostgreSQL cannot keep it.
  if (name.includes('\0')) throw new APIError('BAD_REQUEST', { message: 'A name has no NUL character.' })
}
