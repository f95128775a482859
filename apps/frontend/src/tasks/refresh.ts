import type { Query, QueryClient } from '@tanstack/react-query'
import { firstOf, type TaskPages } from './cache'
import { listsKey, tagsQuery } from './queries'

/** Asks the server again for a user's lists, or for those of them that `which` is true of. */
export function refreshLists(
  queryClient: QueryClient,
  userId: string,
  which: (query: Query) => boolean = () => true,
): void {
  const lists = { queryKey: listsKey(userId), predicate: which }
  // Pages are asked for one after the other: who is near the beginning gets the rest again as they scroll.
  if (window.scrollY < window.innerHeight)
    queryClient.setQueriesData<TaskPages>(lists, (pages) => pages && firstOf(pages))
  void queryClient.invalidateQueries(lists)
}

export function refreshTags(queryClient: QueryClient, userId: string): void {
  void queryClient.invalidateQueries({ queryKey: tagsQuery(userId).queryKey })
}
