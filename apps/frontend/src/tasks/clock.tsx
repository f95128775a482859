'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { type Clock, localTimeZone, timeZoneCookie } from './due'

const tick = 30_000
const year = 31_536_000

const CurrentClock = createContext<Clock>({ now: 0, timeZone: 'UTC' })

/**
 * Starts at the clock that the server rendered with, so that the first picture is the same; then goes with this machine's.
 * Stands inside what is streamed: around it, the change would have React draw anew what has not arrived yet.
 */
export function ClockProvider({ start, children }: { start: Clock; children: ReactNode }) {
  const [clock, setClock] = useState(start)

  useEffect(() => {
    const timeZone = localTimeZone()
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
    document.cookie = `${timeZoneCookie}=${encodeURIComponent(timeZone)}; path=/; max-age=${year}; samesite=lax`
    const set = () => setClock({ now: Date.now(), timeZone })
    set()
    const timer = setInterval(set, tick)
    return () => clearInterval(timer)
  }, [])

  return <CurrentClock value={clock}>{children}</CurrentClock>
}

export function useClock(): Clock {
  return useContext(CurrentClock)
}
