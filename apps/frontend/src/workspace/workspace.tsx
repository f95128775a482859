'use client'

import { IconListCheck, IconMessageCircle } from '@tabler/icons-react'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { HighlightsProvider } from './highlights'
import { Show, type View } from './view'
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
  const [shown, setShown] = useState<View>('tasks')
  const scrolled = useRef<Record<View, number>>({ tasks: 0, chat: 0 })

  const turnTo = useCallback(
    (view: View) => {
      if (view === shown) return
      scrolled.current[shown] = window.scrollY
      flushSync(() => setShown(view))
      window.scrollTo(0, scrolled.current[view])
    },
    [shown],
  )

  // The assistant is a step in the browser's history: the way back from it leads to the tasks.
  const show = useCallback(
    (view: View) => {
      if (view === 'chat' && shown === 'tasks') window.history.pushState({ view }, '')
      turnTo(view)
      if (view === 'tasks' && window.history.state?.view === 'chat') window.history.back()
    },
    [shown, turnTo],
  )

  useEffect(() => {
    // A link within the page has no state, and leads to no other view.
    const follow = ({ state }: PopStateEvent) => state && turnTo(state.view ?? 'tasks')
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [turnTo])

  return (
    <HighlightsProvider>
      <main id="main" tabIndex={-1} className={style.workspace} data-shown={shown}>
        {/* Always there, whichever of the two is shown. */}
        <h1 className="unseen">Todo</h1>
        <Show value={show}>
          <div className={style.tasks}>{tasks}</div>
          <div className={style.chat}>{chat}</div>
        </Show>
      </main>
      <nav aria-label="Views" className={style.views}>
        {views.map(({ view, label, Icon }) => (
          <button
            key={view}
            type="button"
            className={style.view}
            aria-current={view === shown ? 'true' : undefined}
            onClick={() => show(view)}
          >
            <Icon size={21} aria-hidden />
            {label}
          </button>
        ))}
      </nav>
    </HighlightsProvider>
  )
}
