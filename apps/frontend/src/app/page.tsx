import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { Suspense } from 'react'
import { Header } from '@/account/header'
import { ChatSkeleton } from '@/chat/chat-skeleton'
import { PrefetchedChat } from '@/chat/prefetched-chat'
import { Device } from '@/device/device'
import { signedInUser } from '@/server/session'
import { knownTimeZone, timeZoneCookie } from '@/tasks/due'
import { filtersIn } from '@/tasks/filters'
import { PrefetchedTasks } from '@/tasks/prefetched-tasks'
import { TaskPanelSkeleton } from '@/tasks/task-panel-skeleton'
import { Workspace } from '@/workspace/workspace'

interface HomePageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function HomePage({ searchParams }: HomePageProps) {
  const user = await signedInUser()
  if (!user) redirect('/sign-in')
  const query = await searchParams
  const filters = filtersIn({ get: (name) => [query[name]].flat()[0] ?? null })
  const timeZone = knownTimeZone((await cookies()).get(timeZoneCookie)?.value)
  const clock = { now: Date.now(), timeZone }
  return (
    <>
      <Header userName={user.name} here="tasks" />
      <Workspace
        tasks={
          <Suspense fallback={<TaskPanelSkeleton />}>
            <PrefetchedTasks userId={user.id} filters={filters} clock={clock}>
              {/* In here, so that it puts back what was kept over what the server drew. */}
              <Device userId={user.id} />
            </PrefetchedTasks>
          </Suspense>
        }
        chat={
          <Suspense fallback={<ChatSkeleton />}>
            <PrefetchedChat userId={user.id} clock={clock} />
          </Suspense>
        }
      />
    </>
  )
}
