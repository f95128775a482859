import { IconAlertCircle, IconCalendar } from '@tabler/icons-react'
import { useClock } from './clock'
import { dueAs } from './due'
import style from './task-row.module.css'

/** When a task is due. What is late says so, in words and by its sign as well as by colour. */
export function DueLabel({ dueAt, completed }: { dueAt: string; completed: boolean }) {
  const { text, full, state } = dueAs(dueAt, useClock())
  const late = state === 'overdue' && !completed
  return (
    <time dateTime={dueAt} title={full} className={style.fact} data-due={completed ? undefined : state}>
      {late ? <IconAlertCircle size={14} aria-hidden /> : <IconCalendar size={14} aria-hidden />}
      <span>
        {late && <span className="unseen-on-phone">Overdue: </span>}
        {text}
      </span>
    </time>
  )
}
