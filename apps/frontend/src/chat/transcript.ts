import type { MessageView } from '@/client/contract'
import type { ChatEvent } from './events'

export interface ToolUse {
  id: string
  tool: string
  input: Record<string, unknown>
  /** Absent while the tool is at work. */
  output?: unknown
  /** What is to be seen of it where input and output were left with the server. */
  left?: { outcome: string | undefined; failed: boolean }
}

export interface Said {
  /** Of the message that the server keeps; absent where it has not told yet. */
  id?: number
  role: 'user' | 'assistant'
  content: string
  tools: ToolUse[]
  /** `writing` while it still comes; `broken` when it ended before its time. */
  state: 'whole' | 'writing' | 'broken'
}

/** A conversation as the panel shows it. */
export interface Transcript {
  /** Undefined until the server has given it one. */
  id: number | undefined
  said: Said[]
  /** Whether the server has messages from before. */
  hasEarlier?: boolean
}

export const unstarted: Transcript = { id: undefined, said: [] }

export function transcriptOf(id: number, messages: readonly MessageView[], isAll: boolean): Transcript {
  return { id, said: messages.map(saidIn), hasEarlier: !isAll }
}

export function saidIn({ id, role, content, tool_calls, interrupted }: MessageView): Said {
  return {
    id,
    role,
    content,
    tools: (tool_calls ?? []).map((call, index) => ({ id: String(index), ...call })),
    state: interrupted ? 'broken' : 'whole',
  }
}

/** Puts in what was left with the server: what is there already stays, what was said since too. */
export function completed(transcript: Transcript, messages: readonly MessageView[]): Transcript {
  const known = new Map(messages.map((message) => [message.id, message]))
  const [first] = transcript.said.flatMap(({ id }) => id ?? [])
  const earlier = messages.filter(({ id }) => first !== undefined && id < first).map(saidIn)
  const said = transcript.said.map((one) => {
    const message = one.id !== undefined && one.tools.some(({ left }) => left) && known.get(one.id)
    return message ? saidIn(message) : one
  })
  return { ...transcript, said: [...earlier, ...said], hasEarlier: false }
}

export function isDone(use: ToolUse): boolean {
  return 'output' in use || use.left !== undefined
}

/** Begins an answer, to `message` or again to what was said last. */
export function asked(transcript: Transcript, message: string | undefined): Transcript {
  const { said } = transcript
  const before = message === undefined ? said.slice(0, said.findLastIndex(byUser) + 1) : said
  const question: Said[] =
    message === undefined ? [] : [{ role: 'user', content: message, tools: [], state: 'whole' }]
  return {
    ...transcript,
    said: [...before, ...question, { role: 'assistant', content: '', tools: [], state: 'writing' }],
  }
}

/** What an event adds to the answer that is being written. */
export function heard(transcript: Transcript, event: ChatEvent): Transcript {
  switch (event.type) {
    case 'start':
      return { ...transcript, id: event.conversation_id }
    case 'text':
      return onAnswer(transcript, (answer) => ({ ...answer, content: answer.content + event.delta }))
    case 'tool_call':
      return onAnswer(transcript, (answer) => ({
        ...answer,
        tools: [...answer.tools, { id: event.id, tool: event.tool, input: event.input }],
      }))
    case 'tool_result':
      return onAnswer(transcript, (answer) => ({
        ...answer,
        tools: answer.tools.map((use) => (use.id === event.id ? { ...use, output: event.output } : use)),
      }))
    case 'done':
      return onAnswer({ ...transcript, id: event.conversation_id }, () => ({
        role: 'assistant',
        content: event.response,
        tools: event.tool_calls.map((call, index) => ({ id: String(index), ...call })),
        state: 'whole',
      }))
    case 'error':
      return brokenOff(transcript)
  }
}

/** Ends an answer before its time. Of one that had not begun nothing stays. */
export function brokenOff(transcript: Transcript): Transcript {
  const answer = transcript.said.at(-1)
  if (answer?.state !== 'writing') return transcript
  if (!answer.content && answer.tools.length === 0)
    return { ...transcript, said: transcript.said.slice(0, -1) }
  return onAnswer(transcript, (answer) => ({
    ...answer,
    tools: answer.tools.filter(isDone),
    state: 'broken',
  }))
}

/** Whether the last word is the user's, or an answer that was cut short. */
export function lacksAnswer({ said }: Transcript): boolean {
  const last = said.at(-1)
  return last !== undefined && (last.role === 'user' || last.state === 'broken')
}

function onAnswer(transcript: Transcript, change: (answer: Said) => Said): Transcript {
  const answer = transcript.said.at(-1)
  if (answer?.role !== 'assistant') return transcript
  return { ...transcript, said: [...transcript.said.slice(0, -1), change(answer)] }
}

function byUser({ role }: Said): boolean {
  return role === 'user'
}
