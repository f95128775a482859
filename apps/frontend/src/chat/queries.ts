import { queryOptions } from '@tanstack/react-query'
import { listConversations } from './api'

export function conversationsQuery(userId: string) {
  return queryOptions({
    queryKey: ['conversations', userId] as const,
    queryFn: ({ signal }) => listConversations(userId, signal),
  })
}
