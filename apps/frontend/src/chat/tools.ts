import type { ToolUse } from './transcript'

const doing: Readonly<Record<string, string>> = {
  add_task: 'Adding a task…',
  list_tasks: 'Reading your tasks…',
  find_tasks: 'Searching your tasks…',
  get_task: 'Reading a task…',
  complete_task: 'Completing a task…',
  reopen_task: 'Reopening a task…',
  update_task: 'Changing a task…',
  plan_task: 'Planning a task…',
  delete_task: 'Deleting a task…',
  restore_task: 'Bringing a task back…',
}

const reading = new Set(['list_tasks', 'find_tasks', 'get_task'])

/** What the assistant is at while it uses a tool. */
export function doingBy(tool: string): string {
  return doing[tool] ?? `Using ${tool}…`
}

/** Whether the tasks may be others after the tool was used. A tool that is not known may have changed them. */
export function changesTasks(tool: string): boolean {
  return !reading.has(tool)
}

/** The task that a tool's answer is about. */
export function taskIdIn(output: unknown): number | undefined {
  if (!isRecord(output)) return undefined
  const id = output.task_id ?? output.id
  return typeof id === 'number' ? id : undefined
}

/** What came of it, in a few words: the title of the task, how many were found, or what failed. */
export function outcomeOf({ output, left }: ToolUse): string | undefined {
  if (left) return left.outcome
  if (Array.isArray(output)) return `${output.length} found`
  if (!isRecord(output)) return undefined
  if (typeof output.error === 'string') return output.error
  if (typeof output.title === 'string') return output.title
  if (Array.isArray(output.tasks)) return `${output.tasks.length} found`
}

export function failed({ output, left }: ToolUse): boolean {
  return left?.failed ?? (isRecord(output) && 'error' in output)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
