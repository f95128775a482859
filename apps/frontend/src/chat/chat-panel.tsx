'use client'

import { ActionIcon, Button } from '@mantine/core'
import { IconHistory, IconMessagePlus, IconRefresh } from '@tabler/icons-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, useTransition } from 'react'
import { part } from '@/design/part'
import { Problem } from '@/design/problem'
import style from './chat-panel.module.css'
import { ChatSkeleton } from './chat-skeleton'
import { Composer } from './composer'
import { Message } from './message'
import type { Transcript } from './transcript'
import { useChat } from './use-chat'

const Conversations = part(() => import('./conversations'), <ChatSkeleton />)

const examples = ['Add a task to buy groceries', 'What’s pending?', 'Show me overdue tasks']

/** The assistant: what was said, what it did, and the line to say something more. */
export function ChatPanel({ userId, start }: { userId: string; start: Transcript }) {
  const chat = useChat(userId, start)
  const [choosing, setChoosing] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const { transcript, busy } = chat
  const numbered = transcript.said.filter(({ id }) => id !== undefined).length

  // What was clicked is gone then, and the focus would be nowhere.
  function toField() {
    setChoosing(false)
    field.current?.focus()
  }

  function startAnew() {
    chat.startAnew()
    toField()
  }

  function say(message: string) {
    toField()
    void chat.send(message)
  }

  return (
    <section aria-labelledby="chat-heading" className={style.panel}>
      <div className={style.heading}>
        <h2 id="chat-heading">Assistant</h2>
        <ActionIcon
          variant={choosing ? 'light' : 'subtle'}
          color="gray"
          size={36}
          aria-label="Conversations"
          title="Conversations"
          aria-expanded={choosing}
          onClick={() => setChoosing(!choosing)}
        >
          <IconHistory size={19} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label="New conversation"
          title="New conversation"
          onClick={startAnew}
        >
          <IconMessagePlus size={19} aria-hidden />
        </ActionIcon>
      </div>
      {choosing ? (
        <Conversations
          userId={userId}
          current={transcript.id}
          onOpen={(id) => {
            toField()
            void chat.open(id)
          }}
          onDeleted={(id) => {
            field.current?.focus()
            if (id === transcript.id || id === chat.opening) chat.startAnew()
          }}
        />
      ) : (
        <Log transcript={transcript}>
          {chat.opening && <ChatSkeleton />}
          {!chat.opening && transcript.said.length === 0 && <Welcome onPick={say} />}
          {!chat.opening && transcript.hasEarlier && <Earlier onLoad={chat.loadRest} />}
          {!chat.opening &&
            transcript.said.map((said, index) => (
              <Message
                // What the server has not told the number of comes after all of which it has.
                key={said.id ?? `new ${index - numbered}`}
                said={said}
                onLoadRest={chat.loadRest}
              />
            ))}
          <Problem error={chat.error} />
          {chat.stopped && <p className={style.stopped}>Stopped.</p>}
          {chat.lacksAnswer && (
            <Button
              className={style.retry}
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={15} aria-hidden />}
              onClick={() => {
                toField()
                void chat.retry()
              }}
            >
              Try again
            </Button>
          )}
        </Log>
      )}
      <Composer
        userId={userId}
        field={field}
        busy={busy}
        waiting={Boolean(chat.opening)}
        onSend={say}
        onStop={chat.stop}
      />
    </section>
  )
}

/** How near to its end a log is followed as it grows, in pixels. */
const nearEnd = 80

function Log({ transcript, children }: { transcript: Transcript; children: React.ReactNode }) {
  const log = useRef<HTMLDivElement>(null)
  const follows = useRef(true)

  const follow = useCallback(() => {
    if (follows.current) log.current?.scrollTo({ top: log.current.scrollHeight })
  }, [])

  // What comes in above moves nothing of what is being read.
  const { hasEarlier } = transcript
  const below = useRef(0)
  useLayoutEffect(() => {
    const element = log.current
    if (!element) return
    if (!hasEarlier && !follows.current) element.scrollTop = element.scrollHeight - below.current
  }, [hasEarlier])
  useLayoutEffect(() => {
    if (log.current) below.current = log.current.scrollHeight - log.current.scrollTop
  })

  useEffect(() => {
    if (transcript.said.at(-1)?.role === 'user') follows.current = true
    follow()
  }, [transcript, follow])

  // On a phone it is out of sight at first, and then nothing scrolls.
  useEffect(() => {
    const observer = new ResizeObserver(follow)
    if (log.current) observer.observe(log.current)
    return () => observer.disconnect()
  }, [follow])

  return (
    <div
      ref={log}
      role="log"
      aria-label="Conversation"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={style.log}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollTop + clientHeight > scrollHeight - nearEnd
        below.current = scrollHeight - scrollTop
      }}
    >
      {children}
    </div>
  )
}

function Earlier({ onLoad }: { onLoad: () => Promise<void> }) {
  const [loading, start] = useTransition()
  return (
    <Button
      className={style.earlier}
      size="compact-sm"
      variant="subtle"
      color="gray"
      loading={loading}
      onClick={() => start(onLoad)}
    >
      Earlier messages
    </Button>
  )
}

function Welcome({ onPick }: { onPick: (message: string) => void }) {
  return (
    <div className={style.welcome}>
      <p>Tell me what to do with your tasks, in your own words.</p>
      {examples.map((example) => (
        <Button key={example} variant="default" size="sm" radius="xl" onClick={() => onPick(example)}>
          {example}
        </Button>
      ))}
    </div>
  )
}
