import { useCallback, useEffect, useState } from 'react'
import {
  changeTask,
  createTask,
  deleteTask,
  listTasks,
  type Task,
  type TaskPage,
  type TaskText,
  toggleTask,
} from '@/client/tasks'
import { problemOf } from './problem'

export interface Tasks {
  /** Undefined until the first answer. */
  list: Task[] | undefined
  hasMore: boolean
  problem: string | undefined
  reload: () => Promise<void>
  showMore: () => Promise<void>
  /** The changes tell whether they were made; why not is in `problem`. */
  add: (text: TaskText) => Promise<boolean>
  change: (task: Task, text: TaskText) => Promise<boolean>
  toggle: (task: Task) => Promise<boolean>
  remove: (task: Task) => Promise<boolean>
}

/** The tasks of a user as the page shows them. */
export function useTasks(userId: string): Tasks {
  const [page, setPage] = useState<TaskPage>()
  const [problem, setProblem] = useState<string>()

  const attempt = useCallback(async (change: () => Promise<(page: TaskPage) => TaskPage>) => {
    try {
      const next = await change()
      setPage((page) => next(page ?? { tasks: [], next: undefined }))
      setProblem(undefined)
      return true
    } catch (error) {
      setProblem(problemOf(error))
      return false
    }
  }, [])

  const reload = useCallback(async () => {
    await attempt(async () => {
      const first = await listTasks(userId)
      return () => first
    })
  }, [attempt, userId])

  useEffect(() => {
    void reload()
  }, [reload])

  function replaceBy(answer: Task) {
    return ({ tasks, next }: TaskPage) => ({
      tasks: tasks.map((task) => (task.id === answer.id ? answer : task)),
      next,
    })
  }

  return {
    list: page?.tasks,
    hasMore: page?.next !== undefined,
    problem,
    reload,
    async showMore() {
      await attempt(async () => {
        const more = await listTasks(userId, page?.next)
        return ({ tasks }) => ({ tasks: [...tasks, ...more.tasks], next: more.next })
      })
    },
    add: (text) =>
      attempt(async () => {
        const made = await createTask(userId, text)
        return ({ tasks, next }) => ({ tasks: [...tasks, made], next })
      }),
    change: (task, text) => attempt(async () => replaceBy(await changeTask(userId, task.id, text))),
    toggle: (task) => attempt(async () => replaceBy(await toggleTask(userId, task.id))),
    remove: (task) =>
      attempt(async () => {
        await deleteTask(userId, task.id)
        return ({ tasks, next }) => ({ tasks: tasks.filter(({ id }) => id !== task.id), next })
      }),
  }
}
