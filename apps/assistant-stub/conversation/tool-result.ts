/** A task's plan, as far as a tool tells it. */
export type Planned = {
  readonly priority?: string
  readonly tags?: readonly string[]
  readonly dueAt?: string
  readonly recurrence?: string
}

export type Task = Planned & { readonly id: number; readonly title: string; readonly completed: boolean }

/** What a tool answered: an object, tasks, or the sentence that says why it failed. */
export type Outcome<T> = { readonly value: T } | { readonly failure: string }

/** The tasks in the result of list_tasks: an array, or an object that wraps one. */
export function tasksIn(result: string): Outcome<readonly Task[]> {
  if (result.trim() === '') return { value: [] }
  const parsed = parse(result)
  const items = Array.isArray(parsed)
    ? parsed
    : isRecord(parsed)
      ? (parsed.result ?? parsed.tasks ?? [parsed])
      : undefined
  if (!Array.isArray(items) || !items.every(isTask)) return { failure: failureIn(parsed, result) }
  return {
    value: items.map((task) => {
      const { id, title, completed } = task
      return { id, title: oneLine(title), completed, ...planIn(task) }
    }),
  }
}

/** Whether a result holds only the first of the tasks there are: the backend cuts long ones, and notes it. */
export function isPart(result: string): boolean {
  const parsed = parse(result)
  return isRecord(parsed) && Array.isArray(parsed.result) && typeof parsed.note === 'string'
}

/** The task that a tool which changes one answered with. */
export function changeIn(
  result: string,
): Outcome<Planned & { readonly id?: number; readonly title?: string }> {
  const parsed = parse(result)
  const change = isRecord(parsed) && isRecord(parsed.result) ? parsed.result : parsed
  if (!isRecord(change) || 'error' in change || change.isError === true)
    return { failure: failureIn(parsed, result) }
  return {
    value: {
      ...(typeof change.task_id === 'number' && { id: change.task_id }),
      ...(typeof change.title === 'string' && { title: oneLine(change.title) }),
      ...planIn(change),
    },
  }
}

function planIn(task: Record<string, unknown>): Planned {
  const { priority, tags, due_at, recurrence } = task
  return {
    ...(typeof priority === 'string' && priority !== 'none' && { priority }),
    ...(Array.isArray(tags) && tags.length > 0 && { tags: tags.map((tag) => oneLine(String(tag))) }),
    ...(typeof due_at === 'string' && { dueAt: due_at }),
    ...(typeof recurrence === 'string' && { recurrence }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failureIn(parsed: unknown, text: string): string {
  const told = isRecord(parsed) ? (parsed.error ?? parsed.message ?? parsed.detail) : parsed
  return beginning(oneLine(typeof told === 'string' ? told : text), 200)
}

/** At most so many characters, as a reader counts them. */
function beginning(text: string, length: number): string {
  const seen = Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment)
  return seen.slice(0, length).join('')
}

function isTask(value: unknown): value is Record<string, unknown> & Task {
  return (
    isRecord(value) &&
    typeof value.id === 'number' &&
    typeof value.title === 'string' &&
    typeof value.completed === 'boolean'
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
