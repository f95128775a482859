import { headers } from 'next/headers'
import { auth } from './auth'
import { currentRequestId } from './current-request'
import { log } from './log'
import { settings } from './settings'
import { telemetry } from './telemetry'

/** How long a page waits for the backend before the browser is left to ask by itself, in ms. */
const patience = 3_000

/** Asks the backend as the user who asks for this page, under the page's request id; throws unless the answer is a success. */
export type Backend = (path: string) => Promise<Response>

/** Makes the token here, so that the browser needs none to see its first page. */
export async function backendForPage(): Promise<Backend> {
  const { token } = await auth().api.getToken({ headers: await headers() })
  return async (path) => {
    const answer = await fetch(settings().backendUrl + path, {
      headers: {
        authorization: `Bearer ${token}`,
        'x-request-id': currentRequestId() ?? '',
        ...telemetry()?.headers(),
      },
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
    })
    if (!answer.ok) throw new Error(`The backend answered ${path} with status ${answer.status}`)
    return answer
  }
}

/** What `ask` gives, or undefined with a line in the log: a page without its data is better than no page. */
export async function ahead<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    log('warning', 'A page was sent without its data', {
      cause: error instanceof Error ? error.message : String(error),
    })
  }
}
