import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { forgetAccessToken } from '@/client/access-token'
import type { StreamRequest } from '@/client/contract'
import { later } from '@/client/later'
import { Refused } from '@/client/refused'
import { localTimeZone } from '@/tasks/due'
import { tellOtherTabs } from '@/tasks/other-tabs'
import { refreshLists, refreshTags } from '@/tasks/refresh'
import { useHighlights } from '@/workspace/highlights'
import { latestMessages, listMessages } from './api'
import type { ChatEvent } from './events'
import { conversationsQuery } from './queries'
import { changesTasks, taskIdIn } from './tools'
import {
  asked,
  brokenOff,
  completed,
  heard,
  lacksAnswer,
  type Transcript,
  transcriptOf,
  unstarted,
} from './transcript'

// A page that only shows the conversation does not need it.
const loadAnswer = later(() => import('./answer'))

/** The conversation in the chat panel: goes on from `start`, what the server had when the page was made. */
export function useChat(userId: string, start: Transcript) {
  const queryClient = useQueryClient()
  const { highlight } = useHighlights()
  const [transcript, setTranscript] = useState(start)
  const [error, setError] = useState<unknown>()
  /** Of the conversation that is asked for. */
  const [opening, setOpening] = useState<number>()
  const answering = useRef<AbortController>(undefined)
  /** How often another conversation was turned to: what was asked for before that comes too late. */
  const turns = useRef(0)
  /** Whether the server is not known to have the last message. */
  const unsent = useRef(false)
  const [busy, setBusy] = useState(false)
  const [stopped, setStopped] = useState(false)

  useEffect(() => () => answering.current?.abort(), [])

  /** Asks for what the page was sent without. */
  const { id } = transcript
  const loadRest = useCallback(async () => {
    if (id === undefined) return
    const turn = turns.current
    try {
      const messages = await listMessages(userId, id)
      if (turns.current === turn) setTranscript((current) => completed(current, messages))
    } catch (error) {
      if (turns.current === turn) setError(error)
    }
  }, [userId, id])

  function noteChange(event: ChatEvent) {
    if (event.type !== 'tool_result' || !changesTasks(event.tool)) return
    refreshLists(queryClient, userId)
    refreshTags(queryClient, userId)
    tellOtherTabs(userId)
    const id = taskIdIn(event.output)
    if (id) highlight(id)
  }

  async function ask(request: StreamRequest) {
    const control = new AbortController()
    answering.current?.abort()
    answering.current = control
    unsent.current = request.message !== undefined
    setBusy(true)
    setStopped(false)
    setError(undefined)
    setTranscript((current) => asked(current, request.message ?? undefined))
    try {
      const { streamAnswer } = await loadAnswer()
      let ended = false
      for await (const event of streamAnswer(
        userId,
        { ...request, time_zone: localTimeZone() },
        control.signal,
      )) {
        if (answering.current !== control) return
        if (event.type === 'start') unsent.current = false
        setTranscript((current) => heard(current, event))
        noteChange(event)
        if (event.type === 'error') throw event.refusal
        ended ||= event.type === 'done'
      }
      if (!ended) throw new Refused('The answer broke off before it was complete.')
    } catch (error) {
      // Another conversation may be open by now.
      if (answering.current !== control) return
      setTranscript(brokenOff)
      if (control.signal.aborted) return setStopped(true)
      if (error instanceof Refused && error.status === 401) forgetAccessToken()
      if (error instanceof Refused && error.conversationId) {
        unsent.current = false
        setTranscript((current) => ({ ...current, id: error.conversationId }))
      }
      setError(error)
    } finally {
      if (answering.current === control) {
        answering.current = undefined
        setBusy(false)
      }
      void queryClient.invalidateQueries({ queryKey: conversationsQuery(userId).queryKey })
    }
  }

  /** @returns whether another conversation was turned to since */
  function leave(): () => boolean {
    turns.current += 1
    const turn = turns.current
    setOpening(undefined)
    answering.current?.abort()
    answering.current = undefined
    unsent.current = false
    setBusy(false)
    setStopped(false)
    setError(undefined)
    return () => turns.current !== turn
  }

  return {
    transcript,
    /** Why the last answer did not come, or the conversation could not be opened. */
    error,
    busy,
    opening,
    /** Whether the last answer was stopped before anything of it came. */
    stopped: stopped && transcript.said.at(-1)?.role === 'user',
    lacksAnswer: !busy && !opening && lacksAnswer(transcript),
    send: (message: string) => ask({ message, conversation_id: transcript.id ?? null }),
    /** Asks for an answer to what was said last. What never reached the server is sent again. */
    retry() {
      const last = transcript.said.findLast(({ role }) => role === 'user')
      if (transcript.id && !unsent.current) return ask({ conversation_id: transcript.id, retry: true })
      if (!last) return
      setTranscript({ ...transcript, said: transcript.said.slice(0, transcript.said.lastIndexOf(last)) })
      return ask({ message: last.content, conversation_id: transcript.id ?? null })
    },
    loadRest,
    stop: () => answering.current?.abort(),
    startAnew() {
      leave()
      setTranscript(unstarted)
    },
    async open(id: number) {
      const isOver = leave()
      setOpening(id)
      try {
        const { messages, isAll } = await latestMessages(userId, id)
        if (!isOver()) setTranscript(transcriptOf(id, messages, isAll))
      } catch (error) {
        if (!isOver()) setError(error)
      } finally {
        if (!isOver()) setOpening(undefined)
      }
    },
  }
}
