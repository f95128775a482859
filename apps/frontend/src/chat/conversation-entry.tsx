import { ActionIcon } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { ConversationView } from '@/client/contract'
import { dialogPart } from '@/design/part'
import { tellRefusal } from '@/design/toast'
import { useClock } from '@/tasks/clock'
import { dueAs } from '@/tasks/due'
import { deleteConversation } from './api'
import style from './conversations.module.css'
import { conversationsQuery } from './queries'

const ConversationDeletion = dialogPart(() => import('./conversation-deletion'))

interface ConversationEntryProps {
  userId: string
  conversation: ConversationView
  isCurrent: boolean
  onOpen: () => void
  onDeleted: () => void
}

/** A conversation in the list: to open it, or to delete it. */
export function ConversationEntry({
  userId,
  conversation: { id, title, updated_at },
  isCurrent,
  onOpen,
  onDeleted,
}: ConversationEntryProps) {
  const clock = useClock()
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const deletion = useMutation({
    mutationFn: () => deleteConversation(userId, id),
    onSuccess() {
      const { queryKey } = conversationsQuery(userId)
      queryClient.setQueryData(queryKey, (known) => known?.filter((conversation) => conversation.id !== id))
      // In place of an answer under way, which may still have it.
      void queryClient.invalidateQueries({ queryKey })
      onDeleted()
    },
    onError: (error) => tellRefusal('Not deleted', error),
  })

  function close() {
    setAsking(false)
    opener.current?.focus()
  }

  return (
    <li className={style.entry}>
      <button type="button" className={style.open} aria-current={isCurrent || undefined} onClick={onOpen}>
        <span dir="auto" className={style.title}>
          {title || 'Conversation'}
        </span>
        <span className={style.when}>{dueAs(updated_at, clock).text}</span>
      </button>
      <ActionIcon
        ref={opener}
        variant="subtle"
        color="gray"
        size={36}
        aria-label={`Delete the conversation ${title}`}
        loading={deletion.isPending}
        onClick={() => setAsking(true)}
      >
        <IconTrash size={17} aria-hidden />
      </ActionIcon>
      {asking && (
        <ConversationDeletion
          title={title}
          onClose={close}
          onDelete={() => {
            close()
            deletion.mutate()
          }}
        />
      )}
    </li>
  )
}
