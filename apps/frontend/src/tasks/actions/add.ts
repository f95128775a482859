import { tell, tellRefusal } from '@/design/toast'
import { createTask } from '../api'
import { localTimeZone } from '../due'
import { matches } from '../filters'
import type { Draft, Task } from '../task'
import { remove } from './remove'
import type { Workbench } from './workbench'

/** Puts what was typed back to where it was typed; tells whether it could. */
export type BringBack = (draft: Draft) => boolean

export function add(workbench: Workbench, draft: Draft, bringBack: BringBack): void {
  const { userId, lists, undo, change, provisionalIds } = workbench
  const provisional = unsaved(userId, draft)
  const filters = workbench.filters()
  lists.putFirst(provisional, filters)
  let made: Task | undefined
  let unwanted = false
  const noted = undo.note(() => {
    unwanted = true
    if (made) remove(workbench, made, false)
  })
  change(provisional.id, async () => {
    try {
      made = await createTask(userId, { ...draft, time_zone: localTimeZone() })
      provisionalIds.set(made.id, provisional.id)
      lists.put(made, provisional.id)
      lists.resort()
      lists.refreshTags()
      if (unwanted) remove(workbench, made, false)
      else if (!matches(made, filters)) void tell(`Added “${made.title}”; the filters hide it.`)
    } catch (error) {
      noted.forget()
      lists.takeOut(provisional)
      const again = { label: 'Try again', run: () => add(workbench, draft, bringBack) }
      await tellRefusal(`Not added: “${draft.title}”`, error, bringBack(draft) ? undefined : again)
    }
  })
}

let unsavedTasks = 0

/** What stands in the list until the server has given the task its id. */
function unsaved(userId: string, draft: Draft): Task {
  const now = new Date().toISOString()
  unsavedTasks += 1
  return {
    ...draft,
    id: -unsavedTasks,
    user_id: userId,
    completed: false,
    time_zone: localTimeZone(),
    version: 0,
    created_at: now,
    updated_at: now,
  }
}
