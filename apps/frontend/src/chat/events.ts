import { createParser } from 'eventsource-parser'
import type { ChatResponse } from '../client/contract'
import { type Refused, refusalIn } from '../client/refused'

/** What the server says while it answers. */
export type ChatEvent =
  | { type: 'start'; conversation_id: number }
  | { type: 'tool_call'; id: string; tool: string; input: Record<string, unknown> }
  | { type: 'tool_result'; id: string; tool: string; output: unknown }
  | { type: 'text'; delta: string }
  | ({ type: 'done' } & ChatResponse)
  | { type: 'error'; refusal: Refused }

const known = new Set(['start', 'tool_call', 'tool_result', 'text', 'done'])

/** The events of a stream, each as soon as it is there in full. What is not known is left out. */
export async function* chatEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  const ready: ChatEvent[] = []
  const parser = createParser({
    onEvent({ event, data }) {
      const parsed = eventOf(event, data)
      if (parsed) ready.push(parsed)
    },
  })
  const reader = stream
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(value)
      yield* ready.splice(0)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function eventOf(type: string | undefined, data: string): ChatEvent | undefined {
  let body: unknown
  try {
    body = JSON.parse(data)
  } catch {
    return undefined
  }
  if (type === 'error') return { type, refusal: refusalIn(body, statusIn(body)) }
  if (type && known.has(type) && typeof body === 'object') return { type, ...body } as ChatEvent
}

function statusIn(body: unknown): number {
  const status = typeof body === 'object' && body && 'status' in body ? body.status : undefined
  return typeof status === 'number' ? status : 500
}
