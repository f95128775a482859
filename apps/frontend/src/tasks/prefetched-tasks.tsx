import { dehydrate, HydrationBoundary } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { pathOf } from '@/client/api'
import { newQueryClient } from '@/client/query-client'
import { ahead, backendForPage } from '@/server/backend'
import { pageIn, pagePath } from './api'
import { ClockProvider } from './clock'
import type { Clock } from './due'
import type { Filters } from './filters'
import { listQuery, tagsQuery } from './queries'
import { TaskPanel } from './task-panel'

interface PrefetchedTasksProps {
  userId: string
  filters: Filters
  clock: Clock
  /** What begins once the page has taken over what the server drew. */
  children: ReactNode
}

/** The task panel with its first page in it, so that the browser has nothing to ask for. */
export async function PrefetchedTasks({ userId, filters, clock, children }: PrefetchedTasksProps) {
  const queryClient = newQueryClient()
  await ahead(async () => {
    const backend = await backendForPage()
    const [page, tags] = await Promise.all([
      backend(pagePath(userId, filters, 0)).then(pageIn),
      backend(pathOf(userId, 'tags')).then((answer) => answer.json()),
    ])
    queryClient.setQueryData(listQuery(userId, filters).queryKey, { pages: [page], pageParams: [0] })
    queryClient.setQueryData(tagsQuery(userId).queryKey, tags)
  })
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <ClockProvider start={clock}>
        <TaskPanel userId={userId} start={filters} />
        {children}
      </ClockProvider>
    </HydrationBoundary>
  )
}
