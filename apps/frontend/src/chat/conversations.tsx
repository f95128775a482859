'use client'

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Problem } from '@/design/problem'
import { ChatSkeleton } from './chat-skeleton'
import { ConversationEntry } from './conversation-entry'
import style from './conversations.module.css'
import { conversationsQuery } from './queries'

interface ConversationsProps {
  userId: string
  current: number | undefined
  onOpen: (id: number) => void
  onDeleted: (id: number) => void
}

/** The conversations there are, the latest first: to open one, or to delete it. */
export default function Conversations({ userId, current, onOpen, onDeleted }: ConversationsProps) {
  const { data, error, fetchStatus, refetch } = useQuery(conversationsQuery(userId))

  if (error)
    return (
      <div className={style.list}>
        <Problem error={error}>
          <Button size="xs" variant="default" onClick={() => refetch()}>
            Try again
          </Button>
        </Problem>
      </div>
    )
  // Without a network it is not asked for yet.
  if (!data && fetchStatus === 'paused')
    return <p className={style.none}>They are shown as soon as you are online.</p>
  if (!data) return <ChatSkeleton />
  if (data.length === 0) return <p className={style.none}>There is no conversation yet.</p>
  return (
    <ul className={style.list} aria-label="Conversations">
      {data.map((conversation) => (
        <ConversationEntry
          key={conversation.id}
          userId={userId}
          conversation={conversation}
          isCurrent={conversation.id === current}
          onOpen={() => onOpen(conversation.id)}
          onDeleted={() => onDeleted(conversation.id)}
        />
      ))}
    </ul>
  )
}
