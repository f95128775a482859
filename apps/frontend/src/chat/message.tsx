import { Loader } from '@mantine/core'
import { IconAlertTriangle, IconTool } from '@tabler/icons-react'
import { memo } from 'react'
import style from './message.module.css'
import { doingBy, failed, outcomeOf } from './tools'
import { isDone, type Said, type ToolUse } from './transcript'

interface MessageProps {
  said: Said
  /** Called when something is to be seen that the page was sent without. */
  onLoadRest: () => void
}

/** One thing said. While it is being written it counts as busy, so that a screen reader waits for the whole. */
export const Message = memo(function Message({ said, onLoadRest }: MessageProps) {
  const thinking = said.state === 'writing' && !said.content && said.tools.every(isDone)
  return (
    <div className={style.message} data-role={said.role} aria-busy={said.state === 'writing'}>
      <span className="unseen">{said.role === 'user' ? 'You said:' : 'The assistant said:'}</span>
      {said.tools.map((use) => (
        <Tool key={use.id} use={use} onLoadRest={onLoadRest} />
      ))}
      {thinking && (
        <p className={style.thinking}>
          <Loader size="xs" type="dots" color="gray" /> Thinking…
        </p>
      )}
      {said.content && (
        <p dir="auto" className={style.words}>
          {said.content}
        </p>
      )}
      {said.state === 'broken' && <p className={style.broken}>This answer was interrupted.</p>}
    </div>
  )
})

function Tool({ use, onLoadRest }: { use: ToolUse; onLoadRest: () => void }) {
  if (!isDone(use))
    return (
      <p className={style.tool}>
        <Loader size={14} color="gray" /> {doingBy(use.tool)}
      </p>
    )
  const outcome = outcomeOf(use)
  return (
    <details
      className={style.tool}
      data-failed={failed(use) || undefined}
      onToggle={({ currentTarget }) => use.left && currentTarget.open && onLoadRest()}
    >
      <summary>
        {failed(use) ? <IconAlertTriangle size={15} aria-hidden /> : <IconTool size={15} aria-hidden />}
        <span>Used {use.tool}</span>
        {outcome && (
          <span dir="auto" className={style.outcome}>
            {outcome}
          </span>
        )}
      </summary>
      {use.left ? (
        <Loader size="xs" type="dots" color="gray" />
      ) : (
        <pre>{JSON.stringify({ input: use.input, output: use.output }, null, 2)}</pre>
      )}
    </details>
  )
}
