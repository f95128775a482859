import type { Message, ToolCall } from './messages.ts'

/** What happened since the user's last message. */
export type Turn = { readonly request: string; readonly results: readonly Result[] }
export type Result = { readonly call: ToolCall; readonly text: string }

/** The current turn: tool results of earlier turns are history and decide nothing. */
export function currentTurn(messages: readonly Message[]): Turn {
  const start = messages.findLastIndex((message) => message.role === 'user')
  const turn = messages.slice(Math.max(start, 0))
  const calls = turn.flatMap((message) => (message.role === 'assistant' ? message.calls : []))
  const results = turn.flatMap((message) => {
    if (message.role !== 'tool') return []
    const call = calls.find(({ id }) => id === message.callId)
    return call ? [{ call, text: message.text }] : []
  })
  return { request: start < 0 ? '' : (messages[start]?.text ?? ''), results }
}
