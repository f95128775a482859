'use client'

import { ChatPanel } from './chat-panel'
import { TaskPanel } from './task-panel'
import { useTasks } from './use-tasks'

/** The task list and the chat beside it; an answer that used tools refreshes the list. */
export function Workspace({ userId }: { userId: string }) {
  const tasks = useTasks(userId)
  return (
    <main className="workspace">
      <TaskPanel tasks={tasks} />
      <ChatPanel userId={userId} onTasksChanged={tasks.reload} />
    </main>
  )
}
