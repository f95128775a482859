import { callApi, pathOf } from '@/client/api'
import type { ConversationView, MessageView } from '@/client/contract'

const mostPerPage = 200
const mostAtFirst = 50

/** The end of a conversation. */
export interface Latest {
  /** The oldest first. */
  messages: MessageView[]
  isAll: boolean
}

/** All functions here throw Refused. */
export async function listConversations(userId: string, signal?: AbortSignal): Promise<ConversationView[]> {
  return (await callApi('GET', pathOf(userId, 'conversations'), { signal })).json()
}

export async function listMessages(userId: string, id: number): Promise<MessageView[]> {
  const messages: MessageView[] = []
  for (;;) {
    const query = `limit=${mostPerPage}&offset=${messages.length}`
    const page: MessageView[] = await (await callApi('GET', `${messagesPath(userId, id)}?${query}`)).json()
    messages.push(...page)
    if (page.length < mostPerPage) return messages
  }
}

export async function latestMessages(userId: string, id: number): Promise<Latest> {
  return latestIn(await callApi('GET', latestPath(userId, id)))
}

/** Asks for the messages that a conversation is opened with. */
export function latestPath(userId: string, id: number): string {
  return `${messagesPath(userId, id)}?limit=${mostAtFirst}&order=desc`
}

/** @param answer to what `latestPath` asks */
export async function latestIn(answer: Response): Promise<Latest> {
  const messages: MessageView[] = await answer.json()
  return {
    messages: messages.sort((one, other) => one.id - other.id),
    isAll: !answer.headers.get('link')?.includes('rel="next"'),
  }
}

function messagesPath(userId: string, id: number): string {
  return pathOf(userId, 'conversations', id, 'messages')
}

export async function deleteConversation(userId: string, id: number): Promise<void> {
  await callApi('DELETE', pathOf(userId, 'conversations', id))
}
