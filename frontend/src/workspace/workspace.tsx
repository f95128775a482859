'use client'

import { IconListCheck, IconMessageCircle } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { HighlightsProvider } from './highlights'
import style from './workspace.module.css'

interface WorkspaceProps {
  tasks: ReactNode
  chat: ReactNode
}

const views = [
  { view: 'tasks', label: 'Tasks', Icon: IconListCheck },
  { view: 'chat', label: 'Assistant', Icon: IconMessageCircle },
] as const

/** The tasks and the assistant: side by side where there is room, else one at a time. */
export function Workspace({ tasks, chat }: WorkspaceProps) {
  const [shown, setShown] = useState<'tasks' | 'chat'>('tasks')
  return (
    <HighlightsProvider>
      <main id="main" tabIndex={-1} className={style.workspace} data-shown={shown}>
        {/* Always there, whichever of the two is shown. */}
        <h1 className="unseen">Todo</h1>
        <div className={style.tasks}>{tasks}</div>
        <div className={style.chat}>{chat}</div>
      </main>
      <nav aria-label="Views" className={style.views}>
        {views.map(({ view, label, Icon }) => (
          <button
            key={view}
            type="button"
            className={style.view}
            aria-current={view === shown ? 'true' : undefined}
            onClick={() => setShown(view)}
          >
            <Icon size={21} aria-hidden />
            {label}
          </button>
        ))}
      </nav>
    </HighlightsProvider>
  )
}
