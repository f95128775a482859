import type { NewTask, TaskChanges, TaskView } from '@/client/contract'

export type { NewTask, TaskChanges }

export type Task = TaskView

export type Priority = Task['priority']
export type Recurrence = NonNullable<Task['recurrence']>

export const priorities = [
  { value: 'high', label: 'High' },
  { value: 'medium', label: 'Medium' },
  { value: 'low', label: 'Low' },
  { value: 'none', label: 'None' },
] as const satisfies { value: Priority; label: string }[]

export const recurrences = [
  { value: 'daily', label: 'Daily' },
  { value: 'weekly', label: 'Weekly' },
  { value: 'monthly', label: 'Monthly' },
  { value: 'yearly', label: 'Yearly' },
] as const satisfies { value: Recurrence; label: string }[]

/** What a person may say of a task. */
export interface Draft {
  title: string
  description: string | null
  priority: Priority
  tags: string[]
  /** RFC 3339, in UTC. */
  due_at: string | null
  recurrence: Recurrence | null
}

export const blank: Draft = {
  title: '',
  description: null,
  priority: 'none',
  tags: [],
  due_at: null,
  recurrence: null,
}

/** Whether it says more than words: when, how urgent, of what kind. */
export function isPlanned({ priority, due_at, tags }: Draft): boolean {
  return priority !== blank.priority || due_at !== null || tags.length > 0
}

export function draftOf({ title, description, priority, tags, due_at, recurrence }: Task): Draft {
  return { title, description, priority, tags, due_at, recurrence }
}

/** What is sent of it: a task without a due date has nothing to repeat from. */
export function finished(draft: Draft): Draft {
  return {
    ...draft,
    title: draft.title.trim(),
    description: draft.description?.trim() || null,
    recurrence: draft.due_at ? draft.recurrence : null,
  }
}

/** What of `draft` differs from `task`. */
export function changesIn(draft: Draft, task: Task): Partial<Draft> {
  return {
    ...(draft.title !== task.title && { title: draft.title }),
    ...(draft.description !== task.description && { description: draft.description }),
    ...(draft.priority !== task.priority && { priority: draft.priority }),
    ...(draft.tags.join() !== task.tags.join() && { tags: draft.tags }),
    ...(!sameMoment(draft.due_at, task.due_at) && { due_at: draft.due_at }),
    ...(draft.recurrence !== task.recurrence && { recurrence: draft.recurrence }),
  }
}

/** The changes as the API takes them: the zone says on which days a recurring task falls, so it goes with what it explains. */
export function inZone(changes: Partial<Draft>, timeZone: string): TaskChanges {
  return 'due_at' in changes || 'recurrence' in changes ? { ...changes, time_zone: timeZone } : changes
}

function sameMoment(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : Date.parse(one) === Date.parse(other)
}
