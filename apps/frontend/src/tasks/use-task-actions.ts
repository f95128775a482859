import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { tell } from '@/design/toast'
import { add, type BringBack } from './actions/add'
import { type Again, edit } from './actions/edit'
import { remove } from './actions/remove'
import { toggle } from './actions/toggle'
import type { Workbench } from './actions/workbench'
import { newChanges } from './changes'
import type { Filters } from './filters'
import { listsOf } from './lists'
import { tellOtherTabs } from './other-tabs'
import type { Draft, Task } from './task'
import { newUndo } from './undo'
import { newVersions } from './versions'

export interface TaskActions {
  /** When the server refuses it, `bringBack` tells whether what was typed could be put back to where it was typed. */
  add: (draft: Draft, bringBack: BringBack) => void
  toggle: (task: Task) => void
  edit: (task: Task, draft: Draft, again: Again) => void
  remove: (task: Task) => void
  /** Takes back the latest change. */
  undo: () => void
  /** What stays the same of a task when the server gives it its id. */
  keyOf: (id: number) => number
}

/** What one can do to tasks: shown at once, taken back with a word why when the server refuses. */
export function useTaskActions(userId: string, filters: Filters): TaskActions {
  const queryClient = useQueryClient()
  // Read when something is done, so that other filters are no reason to draw every row again.
  const shown = useRef(filters)
  useLayoutEffect(() => {
    shown.current = filters
  }, [filters])
  // What is no refusal is a defect of ours, for the page's error boundary.
  const { mutate } = useMutation({ mutationFn: (work: () => Promise<void>) => work(), throwOnError: true })
  const [workbench] = useState((): Workbench => {
    const lists = listsOf(queryClient, userId)
    return {
      userId,
      lists,
      undo: newUndo(),
      versions: newVersions(),
      change: newChanges(mutate, () => {
        tellOtherTabs(userId)
        if (queryClient.isMutating() === 1) lists.catchUp()
      }),
      provisionalIds: new Map(),
      filters: () => shown.current,
    }
  })

  return useMemo(
    () => ({
      add: (draft, bringBack) => add(workbench, draft, bringBack),
      toggle: (task) => toggle(workbench, task),
      edit: (task, draft, again) => edit(workbench, task, draft, again),
      remove: (task) => remove(workbench, task),
      keyOf: (id) => workbench.provisionalIds.get(id) ?? id,
      undo() {
        if (!workbench.undo.last()) void tell('There is nothing to undo.')
      },
    }),
    [workbench],
  )
}
