'use client'

import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { Problem } from '@/design/problem'
import { tasksIn } from './cache'
import { type Filters, narrows, noFilters } from './filters'
import { listQuery } from './queries'
import type { Task } from './task'
import style from './task-list.module.css'
import { TaskListSkeleton } from './task-list-skeleton'
import { TaskRow } from './task-row'
import type { TaskActions } from './use-task-actions'

interface TaskListProps {
  userId: string
  filters: Filters
  onFilters: (changes: Partial<Filters>) => void
  actions: TaskActions
  highlighted: ReadonlySet<number>
  onEdit: (task: Task) => void
}

/** The tasks under the filters; more of them as one scrolls. */
export function TaskList({ userId, filters, onFilters, actions, highlighted, onEdit }: TaskListProps) {
  const list = useInfiniteQuery(listQuery(userId, filters))
  const { data, error, hasNextPage, isFetchingNextPage, isPlaceholderData } = list
  const tasks = useMemo(() => data && tasksIn(data), [data])
  const byTag = useMemo(() => (tag: string) => onFilters({ tag }), [onFilters])

  if (!tasks) {
    if (!error) return <TaskListSkeleton />
    return (
      <Problem error={error} title="The tasks could not be loaded">
        <Button size="xs" variant="default" loading={list.isFetching} onClick={() => list.refetch()}>
          Try again
        </Button>
      </Problem>
    )
  }
  return (
    <>
      <p role="status" className={style.count}>
        {countOf(data?.pages[0]?.total ?? tasks.length, narrows(filters))}
      </p>
      {tasks.length === 0 && <Empty narrowed={narrows(filters)} onClear={() => onFilters(noFilters)} />}
      {tasks.length > 0 && (
        <ul className={style.list} aria-label="Tasks" aria-busy={isPlaceholderData}>
          {tasks.map((task) => (
            <TaskRow
              key={actions.keyOf(task.id)}
              task={task}
              highlighted={highlighted.has(task.id)}
              onToggle={actions.toggle}
              onEdit={onEdit}
              onDelete={actions.remove}
              onTag={byTag}
            />
          ))}
        </ul>
      )}
      {error && !isFetchingNextPage && (
        <Problem error={error}>
          <Button
            size="xs"
            variant="default"
            onClick={() => (hasNextPage ? list.fetchNextPage() : list.refetch())}
          >
            Try again
          </Button>
        </Problem>
      )}
      {hasNextPage && !error && <More loading={isFetchingNextPage} onSeen={list.fetchNextPage} />}
    </>
  )
}

function countOf(total: number, narrowed: boolean): string {
  return `${total.toLocaleString('en-GB')} ${total === 1 ? 'task' : 'tasks'}${narrowed ? ' found' : ''}`
}

function Empty({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  return (
    <div className={style.empty}>
      {narrowed ? (
        <>
          <p className={style.headline}>No task matches.</p>
          <Button variant="default" onClick={onClear}>
            Clear search and filters
          </Button>
        </>
      ) : (
        <>
          <p className={style.headline}>Nothing to do yet.</p>
          <p>Write a task above and press Enter, or ask the assistant to add one.</p>
        </>
      )}
    </div>
  )
}

/** How far below the window the next page is asked for already. */
const ahead = '600px'

function More({ loading, onSeen }: { loading: boolean; onSeen: () => void }) {
  const end = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (loading || !end.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onSeen(), {
      rootMargin: ahead,
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [loading, onSeen])

  return (
    <div ref={end} className={style.more}>
      <Button variant="subtle" color="gray" loading={loading} onClick={() => onSeen()}>
        Show more tasks
      </Button>
    </div>
  )
}
