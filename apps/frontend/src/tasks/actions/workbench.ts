import { tell } from '@/design/toast'
import type { Change } from '../changes'
import type { Filters } from '../filters'
import type { Lists } from '../lists'
import type { Task } from '../task'
import type { Noted, Undo } from '../undo'
import { comeBackTo } from '../use-shortcuts'
import type { Versions } from '../versions'

/** What all actions on tasks work with. One a page. */
export interface Workbench {
  userId: string
  lists: Lists
  undo: Undo
  versions: Versions
  change: Change
  /** Of each task that was added here, the id under which it was shown before the server gave it its own. */
  provisionalIds: Map<number, number>
  /** What the page shows at the moment. */
  filters: () => Filters
}

/** Says what was done, with the way back for as long as there is one: it goes with its toast, the focus goes to the task. */
export async function tellUndoable(message: string, noted: Noted, { id }: Task): Promise<void> {
  const run = () => {
    noted.takeBack()
    comeBackTo(id)
  }
  noted.untilGone(await tell(message, { label: 'Undo', run }))
}
