import { onlineManager, QueryClient } from '@tanstack/react-query'
import { followNetwork } from './network'
import { Refused } from './refused'

const fresh = 30_000
const retries = 2
/** Longer than this, in seconds, nobody looks at a part of the page that says nothing. */
const longest = 10

/** The cache of one page. What the server refused is not asked again; what it did not answer is. */
export function newQueryClient(): QueryClient {
  if (globalThis.window) onlineManager.setEventListener(followNetwork)
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: fresh,
        retry: (failures, error) =>
          failures < retries && error instanceof Refused && error.mayPass && after(error) <= longest,
        retryDelay: (failures, error) => 1_000 * Math.max(2 ** failures, after(error)),
      },
    },
  })
}

/** In how many seconds the server wants to be asked again, at the earliest. */
function after(error: Error): number {
  return error instanceof Refused ? (error.retryAfter ?? 0) : 0
}
