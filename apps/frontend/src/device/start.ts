import { onlineManager, type QueryClient } from '@tanstack/react-query'
import { askForAccessToken } from '@/client/access-token'
import { loadParts } from '@/client/later'
import { startedWithoutNetwork } from '@/client/network'
import { Refused } from '@/client/refused'
import { hearOtherTabs } from '@/tasks/other-tabs'
import { startAlarm } from './alarm'
import { keepTasks, restoreTasks } from './kept-tasks'
import { canRemind, renewDaily } from './reminders'
import { startWorker } from './worker'

/** After the first picture and what belongs to it. */
const pause = 5_000

/** @returns how to end it */
export function startDevice(queryClient: QueryClient, userId: string): () => void {
  if (startedWithoutNetwork()) restoreTasks(queryClient, userId)
  else askForAccessToken()
  void startWorker()
  const loadAhead = () => (window.requestIdleCallback ?? setTimeout)(loadParts)
  const whenIdle = setTimeout(loadAhead, pause)
  // What a lost network kept away.
  const endLoading = onlineManager.subscribe((online) => online && loadAhead())
  const endAlarm = canRemind() ? startAlarm(queryClient, userId) : undefined
  if (canRemind()) renewDaily(userId).catch(expected)
  const endHearing = hearOtherTabs(queryClient, userId)
  const keep = () => {
    if (document.visibilityState === 'hidden') keepTasks(queryClient, userId)
  }
  const warn = (event: BeforeUnloadEvent) => {
    if (queryClient.isMutating() > 0) event.preventDefault()
  }
  document.addEventListener('visibilitychange', keep)
  window.addEventListener('beforeunload', warn)
  return () => {
    clearTimeout(whenIdle)
    endLoading()
    document.removeEventListener('visibilitychange', keep)
    window.removeEventListener('beforeunload', warn)
    endAlarm?.()
    endHearing()
  }
}

/** A renewal that was refused is tried again with the next page. */
function expected(error: unknown): void {
  if (!(error instanceof Refused)) throw error
}
