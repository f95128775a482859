import { NewTaskForm } from './new-task-form'
import { Problem } from './problem'
import { TaskItem } from './task-item'
import type { Tasks } from './use-tasks'

export function TaskPanel({ tasks }: { tasks: Tasks }) {
  const { list, problem } = tasks
  return (
    <section aria-labelledby="tasks-heading" className="panel">
      <h1 id="tasks-heading">Tasks</h1>
      <NewTaskForm add={tasks.add} />
      <Problem text={problem} />
      {!list && !problem && <p role="status">Loading tasks…</p>}
      {!list && problem && (
        <button type="button" onClick={tasks.reload}>
          Try again
        </button>
      )}
      {list?.length === 0 && (
        <p className="muted">Nothing to do yet. Add a task above, or ask the assistant.</p>
      )}
      {list && list.length > 0 && (
        <ul className="tasks" aria-label="Tasks">
          {list.map((task) => (
            <TaskItem key={task.id} task={task} tasks={tasks} />
          ))}
        </ul>
      )}
      {tasks.hasMore && (
        <button type="button" onClick={tasks.showMore}>
          Show more tasks
        </button>
      )}
    </section>
  )
}
