import type { QueryClient } from '@tanstack/react-query'
import { refreshLists, refreshTags } from './refresh'

/** Between the tabs of this browser, whoever is signed in in them. One a page, because it does not hear itself. */
const channel = globalThis.window && new BroadcastChannel('todo-changes')

/** Has the other tabs of this user ask for what this one has changed. */
export function tellOtherTabs(userId: string): void {
  channel.postMessage(userId)
}

/** @returns how to end it */
export function hearOtherTabs(queryClient: QueryClient, userId: string): () => void {
  channel.onmessage = ({ data }) => {
    if (data !== userId) return
    refreshLists(queryClient, userId)
    refreshTags(queryClient, userId)
  }
  return () => {
    channel.onmessage = null
  }
}
