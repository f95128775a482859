import { useCallback, useEffect, useState } from 'react'
import { latestConversation, say } from '@/client/chat'
import { problemOf } from './problem'

export interface Said {
  role: 'user' | 'assistant'
  content: string
  /** Names of the tools that the assistant used for this answer. */
  tools: string[]
}

interface Conversation {
  id: number | undefined
  said: Said[]
}

const unstarted: Conversation = { id: undefined, said: [] }

/** The conversation in the chat panel: resumed after a reload, continued message by message. */
export function useConversation(userId: string, onTasksChanged: () => Promise<void>) {
  const [conversation, setConversation] = useState<Conversation>()
  const [problem, setProblem] = useState<string>()
  const [waiting, setWaiting] = useState(false)

  const resume = useCallback(async () => {
    try {
      const stored = await latestConversation(userId)
      setConversation(
        stored
          ? { id: stored.id, said: stored.messages.map((message) => ({ ...message, tools: [] })) }
          : unstarted,
      )
      setProblem(undefined)
    } catch (error) {
      setProblem(problemOf(error))
    }
  }, [userId])

  useEffect(() => {
    void resume()
  }, [resume])

  function append(said: Said, id?: number) {
    setConversation((current) => ({ id: id ?? current?.id, said: [...(current?.said ?? []), said] }))
  }

  /** Tells whether an answer came; why not is in `problem`. */
  async function sendMessage(content: string): Promise<boolean> {
    append({ role: 'user', content, tools: [] })
    setWaiting(true)
    setProblem(undefined)
    try {
      const answer = await say(userId, content, conversation?.id)
      const tools = answer.tool_calls.map(({ tool }) => tool)
      append({ role: 'assistant', content: answer.response, tools }, answer.conversation_id)
      if (tools.length > 0) await onTasksChanged()
      return true
    } catch (error) {
      setProblem(problemOf(error))
      return false
    } finally {
      setWaiting(false)
    }
  }

  return { conversation, problem, waiting, resume, sendMessage, startAnew: () => setConversation(unstarted) }
}
