import { APIError } from 'better-auth/api'
import { causeOf } from './cause.ts'
import { currentRequestId } from './current-request.ts'
import { log } from './log.ts'
import { settings } from './settings.ts'
import { telemetry } from './telemetry.ts'

const patience = 10_000

/**
 * Has the backend delete all it knows of a user.
 *
 * @param makeToken makes one for that user
 * @throws APIError unless it is done: then the account stays too, and nothing is half-deleted
 */
export async function deleteUserData(id: string, makeToken: () => Promise<string>): Promise<void> {
  try {
    const token = await makeToken()
    const answer = await fetch(`${settings().backendUrl}/api/${encodeURIComponent(id)}/data`, {
      method: 'DELETE',
      headers: {
        authorization: `Bearer ${token}`,
        'x-request-id': currentRequestId() ?? '',
        ...telemetry()?.headers(),
      },
      signal: AbortSignal.timeout(patience),
    })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
  } catch (error) {
    log('error', "A user's data could not be deleted", { cause: causeOf(error) })
    throw new APIError('SERVICE_UNAVAILABLE', {
      message: 'Your account is still there, because your tasks could not be deleted. Try again in a moment.',
    })
  }
}
