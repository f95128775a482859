'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

/** What the page of a signed-in user asks of its browser: tasks without a network, and reminders. */
export function Device({ userId }: { userId: string }) {
  const queryClient = useQueryClient()
  useEffect(() => {
    let end: (() => void) | undefined
    let ended = false
    // Not needed to see the page, and so no part of what is loaded first.
    void import('./start').then(({ startDevice }) => {
      if (!ended) end = startDevice(queryClient, userId)
    })
    return () => {
      ended = true
      end?.()
    }
  }, [queryClient, userId])
  return null
}
