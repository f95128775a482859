import type { TaskText } from '@/client/tasks'

/** What a form with the fields `title` and `description` holds; a blank description is none. */
export function textIn(form: HTMLFormElement): TaskText {
  const values = new FormData(form)
  const text = (name: string) => String(values.get(name) ?? '').trim()
  return { title: text('title'), description: text('description') || null }
}
