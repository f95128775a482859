import { Refused } from '@/client/refused'
import { tellRefusal } from '@/design/toast'
import { changeTask } from '../api'
import { localTimeZone } from '../due'
import { changesIn, type Draft, draftOf, inZone, type Task } from '../task'
import type { Workbench } from './workbench'

/** Called with what was wanted of an edit that was refused, for another try. */
export type Again = (changes: Partial<Draft>, changedElsewhere: boolean) => void

/** @param undoable not when it takes something back itself: that would go round in circles */
export function edit(workbench: Workbench, task: Task, draft: Draft, again: Again, undoable = true): void {
  const { userId, lists, undo, versions, change } = workbench
  const wanted = changesIn(draft, task)
  if (Object.keys(wanted).length === 0) return
  // Only what was changed: the list may know more of the rest by now than the dialog did.
  const now = () => lists.find(task.id) ?? task
  lists.put({ ...now(), ...wanted })
  const takeBack = () => edit(workbench, now(), { ...draftOf(now()), ...before(wanted, task) }, again, false)
  const noted = undoable ? undo.note(takeBack) : undefined
  change(task.id, async (isLast) => {
    const version = versions.newest(task.id, task.version)
    try {
      const answer = await changeTask(userId, task.id, inZone(wanted, localTimeZone()), version)
      versions.note(task.id, version, answer.version)
      lists.refreshTags()
      if (!isLast()) return
      lists.settle(answer)
      if (undoable) lists.resort()
      else lists.refresh()
    } catch (error) {
      noted?.forget()
      lists.put({ ...now(), ...before(wanted, task) })
      lists.refresh()
      if (error instanceof Refused && error.status === 412) again(wanted, true)
      else await tellRefusal('Not saved', error, { label: 'Edit again', run: () => again(wanted, false) })
    }
  })
}

/** What `changes` are changes of. */
function before(changes: Partial<Draft>, task: Task): Partial<Draft> {
  return Object.fromEntries(Object.entries(draftOf(task)).filter(([fact]) => fact in changes))
}
