import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { listTags, listTasks } from './api'
import { loadedFromServer } from './cache'
import type { Filters } from './filters'

/** What all lists of a user's tasks have in common. */
export function listsKey(userId: string) {
  return ['tasks', userId] as const
}

/** The list under `filters`, page by page; the same on the server, which asks for the first page ahead of the browser. */
export function listQuery(userId: string, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: [...listsKey(userId), filters] as const,
    queryFn: ({ pageParam, signal }) => listTasks(userId, filters, pageParam, signal),
    initialPageParam: 0,
    // Counted, not taken from the Link header: what was added or deleted here has moved the rest.
    getNextPageParam: (last, pages) => (last.more ? loadedFromServer(pages) : undefined),
    placeholderData: keepPreviousData,
  })
}

export function tagsQuery(userId: string) {
  return queryOptions({
    queryKey: ['tags', userId] as const,
    queryFn: ({ signal }) => listTags(userId, signal),
  })
}
