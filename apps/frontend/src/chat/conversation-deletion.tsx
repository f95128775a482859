'use client'

import { Button } from '@mantine/core'
import { Dialog } from '@/design/dialog'
import style from './conversation-deletion.module.css'

interface ConversationDeletionProps {
  title: string
  onClose: () => void
  onDelete: () => void
}

/** Asks before a conversation is deleted, which cannot be taken back. */
export default function ConversationDeletion({ title, onClose, onDelete }: ConversationDeletionProps) {
  return (
    <Dialog title="Delete this conversation?" onClose={onClose}>
      <p dir="auto" className={style.title}>
        “{title}”
      </p>
      <p className={style.note}>It is deleted for good. The tasks stay as they are.</p>
      <div className={style.buttons}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" onClick={onDelete}>
          Delete for good
        </Button>
      </div>
    </Dialog>
  )
}
