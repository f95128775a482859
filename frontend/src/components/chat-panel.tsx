import { type FormEvent, useEffect, useRef } from 'react'
import { Field } from './field'
import { Problem } from './problem'
import { type Said, useConversation } from './use-conversation'

interface ChatPanelProps {
  userId: string
  onTasksChanged: () => Promise<void>
}

export function ChatPanel({ userId, onTasksChanged }: ChatPanelProps) {
  const { conversation, problem, waiting, resume, sendMessage, startAnew } = useConversation(
    userId,
    onTasksChanged,
  )
  const transcript = useRef<HTMLDivElement>(null)
  const length = conversation?.said.length

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when something was said
  useEffect(() => {
    transcript.current?.scrollTo({ top: transcript.current.scrollHeight })
  }, [length, waiting])

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const message = String(new FormData(form).get('message') ?? '').trim()
    if (!message) return
    form.reset()
    await sendMessage(message)
  }

  return (
    <section aria-labelledby="chat-heading" className="panel chat">
      <div className="row">
        <h2 id="chat-heading">Assistant</h2>
        <button type="button" onClick={startAnew} disabled={waiting || !length}>
          New conversation
        </button>
      </div>
      <div ref={transcript} role="log" aria-label="Conversation" className="transcript">
        {length === 0 && (
          <p className="muted">
            Try “Add a task to buy groceries”, “What’s pending?” or “Mark task 3 as complete”.
          </p>
        )}
        {conversation?.said.map((said, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what was said keeps its place
          <Message key={index} said={said} />
        ))}
      </div>
      {waiting && <p role="status">The assistant is thinking…</p>}
      {!conversation && !problem && <p role="status">Loading the conversation…</p>}
      <Problem text={problem} />
      {!conversation && problem && (
        <button type="button" onClick={resume}>
          Try again
        </button>
      )}
      <form className="row" onSubmit={submit}>
        <Field label="Message" name="message" maxLength={8000} autoComplete="off" required />
        <button type="submit" className="primary" disabled={waiting || !conversation}>
          Send
        </button>
      </form>
    </section>
  )
}

function Message({ said }: { said: Said }) {
  return (
    <div className="message" data-role={said.role}>
      <p>{said.content}</p>
      {said.tools.length > 0 && <p className="muted">Used {said.tools.join(', ')}</p>}
    </div>
  )
}
