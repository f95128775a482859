'use client'

import { useEffect } from 'react'

/** Traces what the page does. Only in pages of a server that traces: no other browser loads what it takes. */
export function Tracing() {
  useEffect(() => {
    void import('./start').then(({ startTracing }) => startTracing())
  }, [])
  return null
}
