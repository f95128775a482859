import { type FormEvent, useState } from 'react'
import { Field } from './field'
import { textIn } from './task-text'
import type { Tasks } from './use-tasks'

export function NewTaskForm({ add }: { add: Tasks['add'] }) {
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    setBusy(true)
    if (await add(textIn(form))) form.reset()
    setBusy(false)
  }

  return (
    <form className="new-task" onSubmit={submit}>
      <Field label="New task" name="title" required maxLength={200} autoComplete="off" />
      <Field label="Description (optional)" name="description" maxLength={1000} autoComplete="off" />
      <button type="submit" className="primary" disabled={busy}>
        Add task
      </button>
    </form>
  )
}
