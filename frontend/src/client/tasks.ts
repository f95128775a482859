import { callApi } from './api'

export interface Task {
  id: number
  title: string
  description: string | null
  completed: boolean
}

export interface TaskText {
  title: string
  description: string | null
}

export interface TaskPage {
  tasks: Task[]
  /** Where the next page is, if there is one. */
  next: string | undefined
}

/** The tasks of a user, or the page at `url`. All functions here throw Refused. */
export async function listTasks(userId: string, url = tasksPath(userId)): Promise<TaskPage> {
  const response = await callApi('GET', url)
  return { tasks: (await response.json()) as Task[], next: nextPage(response.headers.get('link')) }
}

export async function createTask(userId: string, text: TaskText): Promise<Task> {
  return (await callApi('POST', tasksPath(userId), text)).json()
}

export async function changeTask(userId: string, id: number, text: TaskText): Promise<Task> {
  return (await callApi('PUT', `${tasksPath(userId)}/${id}`, text)).json()
}

/** Completes a pending task, reopens a completed one. */
export async function toggleTask(userId: string, id: number): Promise<Task> {
  return (await callApi('PATCH', `${tasksPath(userId)}/${id}/complete`)).json()
}

export async function deleteTask(userId: string, id: number): Promise<void> {
  await callApi('DELETE', `${tasksPath(userId)}/${id}`)
}

function tasksPath(userId: string): string {
  return `/api/${encodeURIComponent(userId)}/tasks`
}

// Only path and query are used: the backend may name itself by a host that no browser can resolve.
function nextPage(link: string | null): string | undefined {
  const target = link?.match(/<([^>]+)>\s*;[^,]*rel="?next"?/)?.[1]
  if (!target) return undefined
  const url = new URL(target, window.location.origin)
  return url.pathname + url.search
}
