import { Bone } from '@/design/bone'
import style from './chat-skeleton.module.css'

/** What stands where the conversation will be until the server has it. */
export function ChatSkeleton() {
  return (
    <div className={style.bones} role="status" aria-label="Loading the conversation">
      <Bone height={2.25} width="60%" className={style.mine} />
      <Bone height={0.875} width="80%" />
      <Bone height={0.875} width="55%" />
    </div>
  )
}
