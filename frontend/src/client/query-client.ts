import { onlineManager, QueryClient } from '@tanstack/react-query'
import { startedWithoutNetwork } from '@/device/network'
import { Refused } from './refused'

const fresh = 30_000
const retries = 2

/** The cache of one page. What the server refused is not asked again; what it did not answer is. */
export function newQueryClient(): QueryClient {
  // It believes to be online until it is told otherwise, which a page that starts without a network never is.
  if (globalThis.window && startedWithoutNetwork()) onlineManager.setOnline(false)
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: fresh,
        retry: (failures, error) => failures < retries && error instanceof Refused && error.mayPass,
      },
    },
  })
}
