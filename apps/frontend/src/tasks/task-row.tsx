import { IconFlag3Filled, IconPencil, IconRepeat, IconTrash } from '@tabler/icons-react'
import { memo, useId } from 'react'
import { DueLabel } from './due-label'
import { priorities, recurrences, type Task } from './task'
import style from './task-row.module.css'

interface TaskRowProps {
  task: Task
  /** Whether the assistant has just changed it. */
  highlighted: boolean
  onToggle: (task: Task) => void
  onEdit: (task: Task) => void
  onDelete: (task: Task) => void
  onTag: (tag: string) => void
}

/** A task in the list. Of plain elements, and not drawn again unless something of it changed: there may be thousands. */
export const TaskRow = memo(function TaskRow({
  task,
  highlighted,
  onToggle,
  onEdit,
  onDelete,
  onTag,
}: TaskRowProps) {
  const titleId = useId()
  const saved = task.id > 0
  return (
    <li
      data-task={task.id}
      data-completed={task.completed || undefined}
      data-highlighted={highlighted || undefined}
      className={style.row}
    >
      <input
        type="checkbox"
        className={style.check}
        checked={task.completed}
        // Not disabled, which would take the focus away.
        aria-disabled={!saved}
        aria-labelledby={titleId}
        onChange={() => saved && onToggle(task)}
      />
      {/* Only a shortcut for the pointer: keyboards and screen readers have the button. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div className={style.text} onClick={() => saved && onEdit(task)}>
        <span id={titleId} dir="auto" className={style.title}>
          {task.title}
        </span>
        {task.description && (
          <p dir="auto" className={style.description}>
            {task.description}
          </p>
        )}
        <Facts task={task} onTag={onTag} />
      </div>
      <div className={style.actions}>
        <button
          type="button"
          className={style.action}
          disabled={!saved}
          aria-label={`Edit ${task.title}`}
          onClick={() => onEdit(task)}
        >
          <IconPencil size={17} aria-hidden />
        </button>
        <button
          type="button"
          className={style.action}
          disabled={!saved}
          aria-label={`Delete ${task.title}`}
          onClick={() => onDelete(task)}
        >
          <IconTrash size={17} aria-hidden />
        </button>
      </div>
    </li>
  )
})

function Facts({ task, onTag }: { task: Task; onTag: (tag: string) => void }) {
  const { priority, due_at, recurrence, tags } = task
  if (priority === 'none' && !due_at && tags.length === 0) return null
  return (
    <div className={style.facts}>
      {priority !== 'none' && (
        <span className={style.fact} data-priority={priority}>
          <IconFlag3Filled size={14} aria-hidden />
          {labelOf(priorities, priority)}
          <span className="unseen"> priority</span>
        </span>
      )}
      {due_at && <DueLabel dueAt={due_at} completed={task.completed} />}
      {recurrence && (
        <span className={style.fact}>
          <IconRepeat size={14} aria-hidden />
          {labelOf(recurrences, recurrence)}
        </span>
      )}
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className={style.tag}
          title={`Show only ${tag}`}
          onClick={(event) => {
            event.stopPropagation()
            onTag(tag)
          }}
        >
          {tag}
        </button>
      ))}
    </div>
  )
}

function labelOf(options: readonly { value: string; label: string }[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value
}
