import type { MessageView } from '@/client/contract'
import type { ChatEvent } from './events'

export interface ToolUse {
  id: string
  tool: string
  input: Record<string, unknown>
  /** Absent while the tool is at work. */
  output?: unknown
}

export interface Said {
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
}

export const unstarted: Transcript = { id: undefined, said: [] }

export function transcriptOf(id: number, messages: readonly MessageView[]): Transcript {
  return {
    id,
    said: messages.map(({ role, content, tool_calls, interrupted }) => ({
      role,
      content,
      tools: (tool_calls ?? []).map((call, index) => ({ id: String(index), ...call })),
      state: interrupted ? 'broken' : 'whole',
    })),
  }
}

/** Begins an answer, to `message` or again to what was said last. */
export function asked({ id, said }: Transcript, message: string | undefined): Transcript {
  const before = message === undefined ? said.slice(0, said.findLastIndex(byUser) + 1) : said
  const question: Said[] =
    message === undefined ? [] : [{ role: 'user', content: message, tools: [], state: 'whole' }]
  return {
    id,
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
    tools: answer.tools.filter((use) => 'output' in use),
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
