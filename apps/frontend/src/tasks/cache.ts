import type { InfiniteData } from '@tanstack/react-query'
import type { Task } from './task'

export interface TaskPage {
  tasks: Task[]
  more: boolean
  /** How many there are in all; undefined when the server did not say. */
  total: number | undefined
}

/** The pages of one list that have been loaded so far. All functions here leave what they are given as it is. */
export type TaskPages = InfiniteData<TaskPage, number>

/** The tasks of all pages. One that slid from page to page while they were loaded is there once. */
export function tasksIn({ pages }: Pick<TaskPages, 'pages'>): Task[] {
  const seen = new Map<number, Task>()
  for (const { tasks } of pages) for (const task of tasks) if (!seen.has(task.id)) seen.set(task.id, task)
  return [...seen.values()]
}

/** How many tasks the server is ahead by: a task that it does not know yet has a negative id. */
export function loadedFromServer(pages: readonly TaskPage[]): number {
  return pages.reduce((sum, { tasks }) => sum + tasks.filter(({ id }) => id > 0).length, 0)
}

/** The first page, as if no other had been loaded. */
export function firstOf({ pages, pageParams }: TaskPages): TaskPages {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) }
}

export function withFirst(pages: TaskPages, task: Task): TaskPages {
  return counted(
    onPages(pages, (page, index) => (index === 0 ? { ...page, tasks: [task, ...page.tasks] } : page)),
    1,
  )
}

/** Puts `task` where the one with `id` is. */
export function withReplaced(pages: TaskPages, task: Task, id = task.id): TaskPages {
  return onPages(pages, (page) =>
    page.tasks.some((other) => other.id === id)
      ? { ...page, tasks: page.tasks.map((other) => (other.id === id ? task : other)) }
      : page,
  )
}

export function without(pages: TaskPages, id: number): TaskPages {
  if (!tasksIn(pages).some((task) => task.id === id)) return pages
  return counted(
    onPages(pages, (page) => ({ ...page, tasks: page.tasks.filter((task) => task.id !== id) })),
    -1,
  )
}

/** Puts a task that was taken out back where it was: before the one that followed it, else at the end. */
export function withBack(pages: TaskPages, task: Task, before: number | undefined): TaskPages {
  const home = pages.pages.findIndex(({ tasks }) => tasks.some(({ id }) => id === before))
  const page = home < 0 ? pages.pages.length - 1 : home
  return counted(
    onPages(pages, (other, index) => {
      if (index !== page) return other
      const at = other.tasks.findIndex(({ id }) => id === before)
      return { ...other, tasks: other.tasks.toSpliced(at < 0 ? other.tasks.length : at, 0, task) }
    }),
    1,
  )
}

function onPages(pages: TaskPages, change: (page: TaskPage, index: number) => TaskPage): TaskPages {
  return { ...pages, pages: pages.pages.map(change) }
}

function counted(pages: TaskPages, difference: number): TaskPages {
  return onPages(pages, (page) => ({
    ...page,
    total: page.total === undefined ? undefined : page.total + difference,
  }))
}
