import { callApi, pathOf } from '@/client/api'
import type { StreamRequest } from '@/client/contract'
import { Refused } from '@/client/refused'
import { type ChatEvent, chatEvents } from './events'

/** What the assistant answers, as it does. Throws Refused, and an AbortError once `signal` is aborted. */
export async function* streamAnswer(
  userId: string,
  body: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const response = await callApi('POST', pathOf(userId, 'chat', 'stream'), { body, signal })
  if (!response.body) throw new Refused('The answer is empty. Try again.', { status: response.status })
  try {
    yield* chatEvents(response.body)
  } catch (error) {
    if (signal.aborted) throw error
    throw new Refused('The connection broke off before the answer was complete.', {
      requestId: response.headers.get('x-request-id') ?? undefined,
    })
  }
}
