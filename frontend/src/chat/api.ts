import { callApi, pathOf } from '@/client/api'
import type { ConversationView, MessageView } from '@/client/contract'

const mostPerPage = 200

/** All functions here throw Refused. */
export async function listConversations(userId: string, signal?: AbortSignal): Promise<ConversationView[]> {
  return (await callApi('GET', pathOf(userId, 'conversations'), { signal })).json()
}

export async function listMessages(userId: string, id: number): Promise<MessageView[]> {
  return allMessages(async (offset) => {
    const response = await callApi('GET', messagesPath(userId, id, offset))
    return response.json()
  })
}

/** The page of a conversation's messages that starts at `offset`. */
export function messagesPath(userId: string, id: number, offset: number): string {
  return `${pathOf(userId, 'conversations', id, 'messages')}?limit=${mostPerPage}&offset=${offset}`
}

/** Asks page after page until one is not full. */
export async function allMessages(page: (offset: number) => Promise<MessageView[]>): Promise<MessageView[]> {
  const messages = await page(0)
  let full = messages.length === mostPerPage
  while (full) {
    const more = await page(messages.length)
    messages.push(...more)
    full = more.length === mostPerPage
  }
  return messages
}

export async function deleteConversation(userId: string, id: number): Promise<void> {
  await callApi('DELETE', pathOf(userId, 'conversations', id))
}
