import { Bone } from '@/design/bone'
import { TaskListSkeleton } from './task-list-skeleton'
import style from './task-panel.module.css'

/** What stands where the tasks will be until the server has them. */
export function TaskPanelSkeleton() {
  return (
    <section aria-label="Tasks" className={style.panel}>
      <div className={style.heading}>
        <h2>Tasks</h2>
      </div>
      <Bone className={style.form} />
      <Bone className={style.bar} />
      <TaskListSkeleton />
    </section>
  )
}
