import { type FormEvent, useState } from 'react'
import type { Task } from '@/client/tasks'
import { Field } from './field'
import { textIn } from './task-text'
import type { Tasks } from './use-tasks'

export function TaskItem({ task, tasks }: { task: Task; tasks: Tasks }) {
  const [editing, setEditing] = useState(false)

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (await tasks.change(task, textIn(event.currentTarget))) setEditing(false)
  }

  if (editing) {
    return (
      <li>
        <form className="edit-task" aria-label={`Edit ${task.title}`} onSubmit={save}>
          <Field label="Title" name="title" defaultValue={task.title} required maxLength={200} />
          <Field
            label="Description"
            name="description"
            defaultValue={task.description ?? ''}
            maxLength={1000}
          />
          <button type="submit" className="primary">
            Save
          </button>
          <button type="button" onClick={() => setEditing(false)}>
            Cancel
          </button>
        </form>
      </li>
    )
  }
  return (
    <li className="task" data-completed={task.completed}>
      <label>
        <input type="checkbox" checked={task.completed} onChange={() => tasks.toggle(task)} />
        <span className="title">{task.title}</span>
      </label>
      <button type="button" aria-label={`Edit ${task.title}`} onClick={() => setEditing(true)}>
        Edit
      </button>
      <button type="button" aria-label={`Delete ${task.title}`} onClick={() => tasks.remove(task)}>
        Delete
      </button>
      {task.description && <p className="muted">{task.description}</p>}
    </li>
  )
}
