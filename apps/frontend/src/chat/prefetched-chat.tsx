import { pathOf } from '@/client/api'
import type { ConversationView } from '@/client/contract'
import { ahead, backendForPage } from '@/server/backend'
import { ClockProvider } from '@/tasks/clock'
import type { Clock } from '@/tasks/due'
import { latestIn, latestPath } from './api'
import { ChatPanel } from './chat-panel'
import { firstPage } from './first-page'
import { type Transcript, unstarted } from './transcript'

/** The assistant, with the conversation in it that was last talked in. */
export async function PrefetchedChat({ userId, clock }: { userId: string; clock: Clock }) {
  const latest = await ahead(() => latestConversation(userId))
  return (
    <ClockProvider start={clock}>
      <ChatPanel userId={userId} start={latest ?? unstarted} />
    </ClockProvider>
  )
}

async function latestConversation(userId: string): Promise<Transcript> {
  const backend = await backendForPage()
  const answer = await backend(`${pathOf(userId, 'conversations')}?limit=1`)
  const [latest] = (await answer.json()) as ConversationView[]
  if (!latest) return unstarted
  const { messages, isAll } = await latestIn(await backend(latestPath(userId, latest.id)))
  return firstPage(latest.id, messages, isAll)
}
