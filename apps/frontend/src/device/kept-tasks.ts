import { type DehydratedState, dehydrate, hydrate, type QueryClient } from '@tanstack/react-query'
import { listsKey } from '@/tasks/queries'

const place = 'todo-tasks'

interface Kept {
  userId: string
  lists: DehydratedState
}

let leaving = false

/** Keeps nothing any more: a page that is left is hidden last of all. */
export function forgetTasks(): void {
  leaving = true
  localStorage.removeItem(place)
}

/** Keeps the lists of tasks as they are now in this browser, for a start without a network. */
export function keepTasks(queryClient: QueryClient, userId: string): void {
  if (leaving) return
  const lists = dehydrate(queryClient, {
    shouldDehydrateQuery: ({ queryKey, state }) =>
      state.status === 'success' && listsKey(userId).every((part, index) => queryKey[index] === part),
    shouldDehydrateMutation: () => false,
  })
  try {
    localStorage.setItem(place, JSON.stringify({ userId, lists } satisfies Kept))
  } catch {
    // More than fits: then the page has what it was sent with.
    localStorage.removeItem(place)
  }
}

/** Puts back what was kept, where it is newer than what the page was sent with. */
export function restoreTasks(queryClient: QueryClient, userId: string): void {
  const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as Kept | null
  if (kept?.userId === userId) hydrate(queryClient, kept.lists)
}
