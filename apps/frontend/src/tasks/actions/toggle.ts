import { tellRefusal } from '@/design/toast'
import { toggleTask } from '../api'
import { matches } from '../filters'
import type { Task } from '../task'
import { leaveTask } from '../use-shortcuts'
import { tellUndoable, type Workbench } from './workbench'

/** @param undoable not when it takes something back itself: that would go round in circles */
export function toggle(workbench: Workbench, task: Task, undoable = true): void {
  const { userId, lists, undo, versions, change } = workbench
  const wanted = !task.completed
  const now = () => lists.find(task.id) ?? task
  lists.put({ ...now(), completed: wanted })
  const takeBack = () => toggle(workbench, { ...now(), completed: wanted }, false)
  const noted = undoable ? undo.note(takeBack) : undefined
  change(task.id, async (isLast) => {
    const version = versions.newest(task.id, now().version)
    try {
      const answer = await toggleTask(userId, task.id, version)
      versions.note(task.id, version, answer.version)
      // The list shows what the next change will make of it already.
      if (!isLast()) return
      if (!matches(answer, workbench.filters())) leaveTask(task.id)
      const hidden = lists.settle(answer)
      if (answer.recurrence || !undoable) lists.refresh()
      else lists.resort()
      if (hidden && noted)
        void tellUndoable(`${wanted ? 'Completed' : 'Reopened'} “${task.title}”.`, noted, task)
    } catch (error) {
      noted?.forget()
      lists.put({ ...now(), completed: !wanted })
      lists.refresh()
      await tellRefusal(wanted ? 'Not completed' : 'Not reopened', error)
    }
  })
}
