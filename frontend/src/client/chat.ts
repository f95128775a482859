import { callApi } from './api'

export interface ToolCall {
  tool: string
}

export interface ChatAnswer {
  conversation_id: number
  response: string
  tool_calls: ToolCall[]
}

export interface StoredMessage {
  role: 'user' | 'assistant'
  content: string
}

export interface StoredConversation {
  id: number
  messages: StoredMessage[]
}

/** Says `message` in a conversation, or in a new one. Throws Refused. */
export async function say(userId: string, message: string, conversationId?: number): Promise<ChatAnswer> {
  const response = await callApi('POST', `/api/${encodeURIComponent(userId)}/chat`, {
    message,
    conversation_id: conversationId,
  })
  return response.json()
}

/** The conversation that was used last, if there is any. Throws Refused. */
export async function latestConversation(userId: string): Promise<StoredConversation | undefined> {
  const path = `/api/${encodeURIComponent(userId)}/conversations`
  const conversations = (await (await callApi('GET', path)).json()) as { id: number; updated_at: string }[]
  const [latest] = conversations.toSorted((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
  if (!latest) return undefined
  const messages = (await (await callApi('GET', `${path}/${latest.id}/messages`)).json()) as StoredMessage[]
  return { id: latest.id, messages }
}
