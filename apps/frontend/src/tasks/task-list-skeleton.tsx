import { Bone } from '@/design/bone'
import style from './task-list.module.css'

const widths = ['55%', '38%', '64%', '47%', '30%', '58%']

/** As high as the list that takes its place. */
export function TaskListSkeleton() {
  return (
    <>
      <p role="status" className={style.count}>
        Loading tasks…
      </p>
      <div className={style.list} aria-hidden="true">
        {widths.map((width) => (
          <div key={width} className={style.bone}>
            <Bone round width="1.5rem" height={1.5} />
            <Bone width={width} height={0.75} />
          </div>
        ))}
      </div>
    </>
  )
}
