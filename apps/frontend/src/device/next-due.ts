import type { Task } from '@/tasks/task'

export type DueTask = Task & { due_at: string }

/** The pending tasks that come due after `since`, soonest first. Of a task that is there twice the later one counts. */
export function comingDue(tasks: readonly Task[], since: number): DueTask[] {
  const latest = new Map(tasks.map((task) => [task.id, task]))
  return [...latest.values()]
    .filter(hasDate)
    .filter(({ id, completed, due_at }) => id > 0 && !completed && Date.parse(due_at) > since)
    .sort((one, other) => Date.parse(one.due_at) - Date.parse(other.due_at))
}

function hasDate(task: Task): task is DueTask {
  return Boolean(task.due_at)
}
