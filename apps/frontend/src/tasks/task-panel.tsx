'use client'

import { ActionIcon } from '@mantine/core'
import { IconKeyboard } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { dialogPart } from '@/design/part'
import { tellRefusal } from '@/design/toast'
import { useHighlights } from '@/workspace/highlights'
import { useShow } from '@/workspace/view'
import { getTask } from './api'
import { type TaskPages, tasksIn } from './cache'
import type { Filters } from './filters'
import { OfflineNote } from './offline-note'
import { listQuery } from './queries'
import { QuickAdd } from './quick-add'
import type { Command } from './shortcuts'
import { type Draft, draftOf, type Task } from './task'
import { TaskList } from './task-list'
import style from './task-panel.module.css'
import { Toolbar } from './toolbar'
import { useFilters } from './use-filters'
import { focusAgain, focusTask, headingId, leaveTask, useShortcuts } from './use-shortcuts'
import { useTaskActions } from './use-task-actions'

const EditDialog = dialogPart(() => import('./edit-dialog'))
const ShortcutsDialog = dialogPart(() => import('./shortcuts-dialog'))

/** What moves the focus to somewhere among the tasks. */
const inTasks = new Set<Command>(['new', 'search', 'next', 'previous'])

interface Editing {
  /** As the server has it. */
  task: Task
  draft: Draft
  changedElsewhere: boolean
}

/** Everything about tasks: a line for a new one, search and filters, the list, and what one does to it by keyboard. */
export function TaskPanel({ userId, start }: { userId: string; start: Filters }) {
  const [filters, changeFilters] = useFilters(start)
  const actions = useTaskActions(userId, filters)
  const { highlighted } = useHighlights()
  const show = useShow()
  const queryClient = useQueryClient()
  const [edits, setEdits] = useState<readonly Editing[]>([])
  const [helping, setHelping] = useState(false)
  const newTask = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)

  // What is to be edited again waits until the dialog that is open is closed.
  const editing = edits[0]
  const editedId = editing?.task.id

  // Who comes out of a dialog goes on where they were; the row stands in for what is not there any more.
  useEffect(() => {
    if (editedId === undefined && !helping) return
    const before = document.activeElement
    return () => focusAgain(before, editedId)
  }, [editedId, helping])

  const edit = useCallback(
    (task: Task) =>
      setEdits((edits) => [{ task, draft: draftOf(task), changedElsewhere: false }, ...edits.slice(1)]),
    [],
  )

  const inList = useMemo(
    () => ({
      ...actions,
      remove(task: Task) {
        leaveTask(task.id)
        actions.remove(task)
      },
    }),
    [actions],
  )

  const endEdit = () => setEdits((edits) => edits.slice(1))

  /** Opens the dialog again with what was wanted, beside what the server has by now. */
  async function editAgain(id: number, changes: Partial<Draft>, changedElsewhere: boolean) {
    try {
      const task = await getTask(userId, id)
      setEdits((edits) => [...edits, { task, draft: { ...draftOf(task), ...changes }, changedElsewhere }])
    } catch (error) {
      await tellRefusal('Not saved', error)
    }
  }

  function taskOf(id: number | undefined): Task | undefined {
    const pages = queryClient.getQueryData<TaskPages>(listQuery(userId, filters).queryKey)
    return pages && tasksIn(pages).find((task) => task.id === id && task.id > 0)
  }

  useShortcuts((command: Command, taskId) => {
    const task = taskOf(taskId)
    if (inTasks.has(command)) show('tasks')
    if (command === 'new') newTask.current?.focus()
    if (command === 'search') search.current?.focus()
    if (command === 'next') focusTask(taskId, 1)
    if (command === 'previous') focusTask(taskId, -1)
    if (command === 'undo') actions.undo()
    if (command === 'help') setHelping(true)
    if (command === 'toggle' && task) inList.toggle(task)
    if (command === 'edit' && task) edit(task)
    if (command === 'delete' && task) inList.remove(task)
  })

  return (
    <section aria-labelledby={headingId} className={style.panel}>
      <div className={style.heading}>
        <h2 id={headingId} tabIndex={-1}>
          Tasks
        </h2>
        <ActionIcon
          className={style.keys}
          variant="subtle"
          color="gray"
          size={32}
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={() => setHelping(true)}
        >
          <IconKeyboard size={19} aria-hidden />
        </ActionIcon>
      </div>
      <OfflineNote />
      <QuickAdd userId={userId} add={actions.add} field={newTask} />
      <Toolbar userId={userId} filters={filters} onChange={changeFilters} search={search} />
      <TaskList
        userId={userId}
        filters={filters}
        onFilters={changeFilters}
        actions={inList}
        highlighted={highlighted}
        onEdit={edit}
      />
      {editing && (
        <EditDialog
          key={`${editing.task.id} ${editing.task.version} ${editing.changedElsewhere}`}
          userId={userId}
          {...editing}
          onClose={endEdit}
          onSave={(task, draft) => {
            endEdit()
            actions.edit(task, draft, (changes, elsewhere) => editAgain(task.id, changes, elsewhere))
          }}
          onTheirs={(task) => edit(task)}
        />
      )}
      {helping && <ShortcutsDialog onClose={() => setHelping(false)} />}
    </section>
  )
}
