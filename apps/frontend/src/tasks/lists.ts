import type { QueryClient } from '@tanstack/react-query'
import { type TaskPages, tasksIn, withBack, withFirst, without, withReplaced } from './cache'
import { type Filters, matches } from './filters'
import { listsKey } from './queries'
import { refreshLists, refreshTags } from './refresh'
import type { Task } from './task'

export type Lists = ReturnType<typeof listsOf>

/** All lists of a user's tasks that this page has loaded, under whatever filters. */
export function listsOf(queryClient: QueryClient, userId: string) {
  const queryKey = listsKey(userId)
  /** Lists of which the server was asked for news that a change has kept away. */
  const owed = new Set<string>()

  function change(by: (pages: TaskPages, filters: Filters) => TaskPages): void {
    for (const { queryHash, state } of queryClient.getQueryCache().findAll({ queryKey }))
      if (state.isInvalidated || (state.fetchStatus !== 'idle' && !state.fetchMeta?.fetchMore))
        owed.add(queryHash)
    // An answer under way would bring back what is about to change; one that is the first is still needed.
    void queryClient.cancelQueries({ queryKey, predicate: ({ state }) => state.data !== undefined })
    for (const [key, pages] of queryClient.getQueriesData<TaskPages>({ queryKey }))
      if (pages) queryClient.setQueryData(key, by(pages, filtersOf(key)))
  }

  return {
    find(id: number): Task | undefined {
      for (const [, pages] of queryClient.getQueriesData<TaskPages>({ queryKey })) {
        const found = pages && tasksIn(pages).find((task) => task.id === id)
        if (found) return found
      }
    },
    put: (task: Task, id?: number) => change((pages) => withReplaced(pages, task, id)),
    putFirst: (task: Task, shown: Filters) =>
      change((pages, filters) =>
        filters === shown || matches(task, filters) ? withFirst(pages, task) : pages,
      ),
    /** Puts what the server said, and takes it out where it no longer belongs; tells whether that was so anywhere. */
    settle(task: Task): boolean {
      let hidden = false
      change((pages, filters) => {
        if (matches(task, filters)) return withReplaced(pages, task)
        hidden ||= tasksIn(pages).some(({ id }) => id === task.id)
        return without(pages, task.id)
      })
      return hidden
    },
    /** Gives the function that puts it back where it was. */
    takeOut(task: Task): () => void {
      const followers = new Map<string, number | undefined>()
      change((pages, filters) => {
        const tasks = tasksIn(pages)
        const at = tasks.findIndex(({ id }) => id === task.id)
        if (at >= 0) followers.set(JSON.stringify(filters), tasks[at + 1]?.id)
        return without(pages, task.id)
      })
      return () =>
        change((pages, filters) => {
          const key = JSON.stringify(filters)
          return followers.has(key) ? withBack(pages, task, followers.get(key)) : pages
        })
    },
    /** Asks for the news that were kept away; to be called with the last change under way. */
    catchUp() {
      const late = new Set(owed)
      owed.clear()
      refreshLists(queryClient, userId, ({ queryHash }) => late.has(queryHash))
    },
    refresh: () => refreshLists(queryClient, userId),
    /** Asks again for the lists whose order the latest change may have changed. */
    resort: () => refreshLists(queryClient, userId, ({ queryKey }) => filtersOf(queryKey).sort !== 'created'),
    refreshTags: () => refreshTags(queryClient, userId),
  }
}

function filtersOf(queryKey: readonly unknown[]): Filters {
  return queryKey[2] as Filters
}
