import type { Priority, Task } from './task'
import { priorities } from './task'

export const sorts = [
  { value: 'created', label: 'Newest first' },
  { value: 'due_date', label: 'Due soonest' },
  { value: 'priority', label: 'Most important' },
  { value: 'updated', label: 'Last changed' },
  { value: 'title', label: 'A to Z' },
] as const

export type Sort = (typeof sorts)[number]['value']

export const statuses = [
  { value: 'all', label: 'All' },
  { value: 'pending', label: 'Pending' },
  { value: 'completed', label: 'Completed' },
] as const

export type Status = (typeof statuses)[number]['value']

/** Which tasks are shown and in which order. */
export interface Filters {
  q: string
  status: Status
  priority: Priority | undefined
  tag: string | undefined
  sort: Sort
}

export const noFilters: Filters = {
  q: '',
  status: 'all',
  priority: undefined,
  tag: undefined,
  sort: 'created',
}

interface Query {
  get(name: string): string | null
}

/** The filters in the page's address; what is not understood there is left out. */
export function filtersIn(query: Query): Filters {
  return {
    q: (query.get('q') ?? '').trim(),
    status: known(statuses, query.get('status')) ?? 'all',
    priority: known(priorities, query.get('priority')),
    tag: query.get('tag')?.trim() || undefined,
    sort: known(sorts, query.get('sort')) ?? 'created',
  }
}

/** The page's query for `filters`: what is as usual stays out of the address. */
export function pageQuery(filters: Filters): string {
  const query = new URLSearchParams(chosen(filters))
  if (filters.sort !== noFilters.sort) query.set('sort', filters.sort)
  return query.toString()
}

/** The API's query for `filters`. */
export function apiQuery(filters: Filters): string {
  const descending = filters.sort === 'created' || filters.sort === 'updated' || filters.sort === 'priority'
  return new URLSearchParams({
    ...chosen(filters),
    sort: filters.sort,
    order: descending ? 'desc' : 'asc',
  }).toString()
}

/** Whether some tasks may be hidden. */
export function narrows(filters: Filters): boolean {
  return Object.keys(chosen(filters)).length > 0
}

/** Whether the API would list `task` under `filters`. */
export function matches(task: Task, { q, status, priority, tag }: Filters): boolean {
  if (status !== 'all' && task.completed !== (status === 'completed')) return false
  if (priority && task.priority !== priority) return false
  if (tag && !task.tags.some((own) => same(own, tag))) return false
  return !q || [task.title, task.description ?? '', ...task.tags].some((text) => contains(text, q))
}

function chosen({ q, status, priority, tag }: Filters): Record<string, string> {
  return {
    ...(q && { q }),
    ...(status !== 'all' && { status }),
    ...(priority && { priority }),
    ...(tag && { tag }),
  }
}

function known<T extends string>(options: readonly { value: T }[], value: string | null): T | undefined {
  return options.find((option) => option.value === value)?.value
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}
