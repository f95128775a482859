import { pathOf } from '@/client/api'
import type { ConversationView } from '@/client/contract'
import { ahead, backendForPage } from '@/server/backend'
import { ClockProvider } from '@/tasks/clock'
import type { Clock } from '@/tasks/due'
import { allMessages, messagesPath } from './api'
import { ChatPanel } from './chat-panel'
import { type Transcript, transcriptOf, unstarted } from './transcript'

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
  const messages = await allMessages(async (offset) => {
    const answer = await backend(messagesPath(userId, latest.id, offset))
    return answer.json()
  })
  return transcriptOf(latest.id, messages)
}
