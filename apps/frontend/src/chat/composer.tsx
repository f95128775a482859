import { ActionIcon, Input } from '@mantine/core'
import { IconArrowUp, IconPlayerStopFilled } from '@tabler/icons-react'
import type { KeyboardEvent, RefObject } from 'react'
import { useKeptText } from '@/client/kept-text'
import { isSeen, refuseUnseen } from '@/client/seen'
import style from './composer.module.css'

interface ComposerProps {
  userId: string
  field: RefObject<HTMLTextAreaElement | null>
  busy: boolean
  /** While it is open which conversation one writes in. */
  waiting: boolean
  onSend: (message: string) => void
  onStop: () => void
}

/** Where one writes to the assistant; while it answers, the button stops it. */
export function Composer({ userId, field, busy, waiting, onSend, onStop }: ComposerProps) {
  const [text, setText] = useKeptText(`message ${userId}`)

  function send() {
    const message = text.trim()
    if (busy || waiting) return
    if (!isSeen(message)) return refuseUnseen(field.current, text)
    setText('')
    onSend(message)
  }

  function onKey(event: KeyboardEvent) {
    // An input method uses Enter to choose a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className={style.composer}
      onSubmit={(event) => {
        event.preventDefault()
        field.current?.focus()
        if (busy) onStop()
        else send()
      }}
    >
      <Input
        component="textarea"
        ref={field}
        className={style.field}
        classNames={{ input: style.input }}
        aria-label="Message"
        placeholder="Ask the assistant…"
        rows={1}
        dir="auto"
        maxLength={8000}
        autoComplete="off"
        enterKeyHint="send"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      {/* One for both, and always of one kind: turned into Send by the click that stops, it would send as well. */}
      <ActionIcon
        type="submit"
        variant={busy ? 'default' : 'filled'}
        size={42}
        loading={waiting}
        aria-label={busy ? 'Stop' : 'Send'}
        title={busy ? 'Stop' : 'Send'}
      >
        {busy ? <IconPlayerStopFilled size={18} aria-hidden /> : <IconArrowUp size={20} aria-hidden />}
      </ActionIcon>
    </form>
  )
}
