import type { QueryClient } from '@tanstack/react-query'
import { callApi, pathOf } from '@/client/api'
import { Refused } from '@/client/refused'
import { type TaskPages, tasksIn } from '@/tasks/cache'
import { listsKey } from '@/tasks/queries'
import type { Task } from '@/tasks/task'
import { comingDue } from './next-due'
import { remindersOf } from './reminders'
import { tellWorker } from './worker'

const longest = 3_600_000
const manyEnough = 50
/** How long the lists have to be quiet before the server is asked again. */
const settled = 5_000

/**
 * Reminds of tasks that come due while this page is open, without the network too.
 *
 * @returns how to end it
 */
export function startAlarm(queryClient: QueryClient, userId: string): () => void {
  let since = Date.now()
  let fetched: Task[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: ReturnType<typeof setTimeout> | undefined

  function known(): Task[] {
    const lists = queryClient.getQueriesData<TaskPages>({ queryKey: listsKey(userId) })
    // What the lists say is newer than what was asked for at the start.
    return [...fetched, ...lists.flatMap(([, pages]) => (pages ? tasksIn(pages) : []))]
  }

  function wind(): void {
    clearTimeout(timer)
    const [next] = comingDue(known(), since)
    if (next) timer = setTimeout(ring, Math.min(Math.max(0, Date.parse(next.due_at) - Date.now()), longest))
  }

  function ring(): void {
    const now = Date.now()
    if (remindersOf(userId).startsWith('on'))
      for (const { id, title, due_at } of comingDue(known(), since))
        if (Date.parse(due_at) <= now) void tellWorker({ remindOf: { task_id: id, title, due_at } })
    since = now
    wind()
  }

  async function ask(): Promise<void> {
    if (!remindersOf(userId).startsWith('on')) return
    const query = new URLSearchParams({
      status: 'pending',
      due_after: new Date(since).toISOString(),
      sort: 'due_date',
      order: 'asc',
      limit: String(manyEnough),
    })
    try {
      fetched = await (await callApi('GET', `${pathOf(userId, 'tasks')}?${query}`)).json()
    } catch (error) {
      // Then there is what the lists have.
      if (!(error instanceof Refused)) throw error
    }
    wind()
  }

  const endWatch = queryClient.getQueryCache().subscribe(({ query: { queryKey } }) => {
    if (!listsKey(userId).every((part, index) => queryKey[index] === part)) return
    wind()
    clearTimeout(asking)
    asking = setTimeout(ask, settled)
  })
  wind()
  void ask()
  return () => {
    clearTimeout(timer)
    clearTimeout(asking)
    endWatch()
  }
}
