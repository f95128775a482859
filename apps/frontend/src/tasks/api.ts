import { callApi, pathOf } from '@/client/api'
import type { TagView } from '@/client/contract'
import type { TaskPage } from './cache'
import { apiQuery, type Filters } from './filters'
import type { NewTask, Task, TaskChanges } from './task'

const pageSize = 100

/** Where the page of the list under `filters` is that starts at `offset`. */
export function pagePath(userId: string, filters: Filters, offset: number): string {
  return `${pathOf(userId, 'tasks')}?${apiQuery(filters)}&limit=${pageSize}&offset=${offset}`
}

export async function pageIn(response: Response): Promise<TaskPage> {
  const total = response.headers.get('x-total-count')
  return {
    tasks: await response.json(),
    more: /rel="?next"?/.test(response.headers.get('link') ?? ''),
    total: total === null ? undefined : Number(total),
  }
}

/** All functions here throw Refused. */
export async function listTasks(
  userId: string,
  filters: Filters,
  offset: number,
  signal?: AbortSignal,
): Promise<TaskPage> {
  return pageIn(await callApi('GET', pagePath(userId, filters, offset), { signal }))
}

export async function listTags(userId: string, signal?: AbortSignal): Promise<TagView[]> {
  return (await callApi('GET', pathOf(userId, 'tags'), { signal })).json()
}

export async function getTask(userId: string, id: number): Promise<Task> {
  return (await callApi('GET', pathOf(userId, 'tasks', id))).json()
}

export async function createTask(userId: string, body: NewTask): Promise<Task> {
  return (await callApi('POST', pathOf(userId, 'tasks'), { body })).json()
}

export async function changeTask(
  userId: string,
  id: number,
  body: TaskChanges,
  version: number | undefined,
): Promise<Task> {
  return (await callApi('PUT', pathOf(userId, 'tasks', id), { body, version })).json()
}

/** Completes a pending task, reopens a completed one. */
export async function toggleTask(userId: string, id: number, version: number | undefined): Promise<Task> {
  return (await callApi('PATCH', pathOf(userId, 'tasks', id, 'complete'), { version })).json()
}

export async function deleteTask(userId: string, id: number): Promise<void> {
  await callApi('DELETE', pathOf(userId, 'tasks', id))
}

/** Takes back a deletion. */
export async function restoreTask(userId: string, id: number): Promise<Task> {
  return (await callApi('POST', pathOf(userId, 'tasks', id, 'restore'))).json()
}
