'use client'

import { ActionIcon, Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@/design/problem'
import { tellRefusal } from '@/design/toast'
import { useClock } from '@/tasks/clock'
import { dueAs } from '@/tasks/due'
import { deleteConversation } from './api'
import { ChatSkeleton } from './chat-skeleton'
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
  const clock = useClock()
  const queryClient = useQueryClient()
  const query = conversationsQuery(userId)
  const { data, error, refetch } = useQuery(query)
  const deletion = useMutation({
    mutationFn: (id: number) => deleteConversation(userId, id),
    onSuccess(_, id) {
      queryClient.setQueryData(query.queryKey, (known) =>
        known?.filter((conversation) => conversation.id !== id),
      )
      onDeleted(id)
    },
    onError: (error) => tellRefusal('Not deleted', error),
  })

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
  if (!data) return <ChatSkeleton />
  if (data.length === 0) return <p className={style.none}>There is no conversation yet.</p>
  return (
    <ul className={style.list} aria-label="Conversations">
      {data.map(({ id, title, updated_at }) => (
        <li key={id} className={style.entry}>
          <button
            type="button"
            className={style.open}
            aria-current={id === current || undefined}
            onClick={() => onOpen(id)}
          >
            <span dir="auto" className={style.title}>
              {title || 'Conversation'}
            </span>
            <span className={style.when}>{dueAs(updated_at, clock).text}</span>
          </button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`Delete the conversation ${title}`}
            loading={deletion.isPending && deletion.variables === id}
            onClick={() => deletion.mutate(id)}
          >
            <IconTrash size={17} aria-hidden />
          </ActionIcon>
        </li>
      ))}
    </ul>
  )
}
