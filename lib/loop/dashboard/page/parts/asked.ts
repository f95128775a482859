import { type ReadonlySignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../ask.ts'
import { run } from '../route.ts'

type Words = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * What the loop answers, asked for anew when the question changes, or when there is news.
 *
 * @param news changes when there is more of it
 * @returns the last answer, also while another one is on its way
 */
export function useAnswer<Answer>(
  name: string,
  about: Words = {},
  news?: ReadonlySignal<unknown>,
): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>()
  const asking = useRef<{ isBusy: boolean; isStale: boolean; again: () => void } | undefined>(undefined)
  const key = JSON.stringify([name, about, run.value])
  useEffect(() => {
    const left = new AbortController()
    // One at a time: news that come meanwhile are asked for once, after it.
    const state = { isBusy: false, isStale: false, again: (): void => undefined }
    state.again = () => {
      state.isStale = state.isBusy
      if (state.isBusy) return
      state.isBusy = true
      void ask<Answer>(name, { ...about, run: run.value }, left.signal).then((body) => {
        state.isBusy = false
        if (left.signal.aborted) return
        if (body !== undefined) setAnswer(body)
        if (state.isStale) state.again()
      })
    }
    asking.current = state
    state.again()
    return () => left.abort()
  }, [key])
  useSignalEffect(() => {
    void news?.value
    // An earlier run has no news.
    if (run.value === undefined) asking.current?.again()
  })
  return answer
}
