import { tellRefusal } from '@/design/toast'
import { deleteTask, restoreTask } from '../api'
import type { Task } from '../task'
import { tellUndoable, type Workbench } from './workbench'

/** @param undoable not when it takes something back itself: that would go round in circles */
export function remove(workbench: Workbench, task: Task, undoable = true): void {
  const { userId, lists, undo, change } = workbench
  const takeBack = lists.takeOut(task)
  const noted = undoable ? undo.note(() => restore(workbench, task, takeBack)) : undefined
  if (noted) void tellUndoable(`Deleted “${task.title}”.`, noted, task)
  change(task.id, async () => {
    try {
      await deleteTask(userId, task.id)
      lists.refreshTags()
    } catch (error) {
      noted?.forget()
      takeBack()
      lists.refresh()
      await tellRefusal('Not deleted', error)
    }
  })
}

function restore({ userId, lists, versions, change }: Workbench, task: Task, putBack: () => void): void {
  putBack()
  change(task.id, async () => {
    try {
      const restored = await restoreTask(userId, task.id)
      versions.note(task.id, versions.newest(task.id, task.version), restored.version)
      lists.put(restored)
      lists.refreshTags()
    } catch (error) {
      lists.refresh()
      await tellRefusal('Not brought back', error)
    }
  })
}
