'use client'

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

interface Highlights {
  highlighted: ReadonlySet<number>
  /** Marks a task for a moment, so that one sees what somebody else has changed. */
  highlight: (taskId: number) => void
}

const moment = 3_000
const nothing: ReadonlySet<number> = new Set()

const Current = createContext<Highlights>({ highlighted: nothing, highlight() {} })

export function HighlightsProvider({ children }: { children: ReactNode }) {
  const [highlighted, setHighlighted] = useState(nothing)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => () => clearTimeout(timer.current), [])

  const highlight = useCallback((taskId: number) => {
    setHighlighted((current) => new Set([...current, taskId]))
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setHighlighted(nothing), moment)
  }, [])

  const value = useMemo(() => ({ highlighted, highlight }), [highlighted, highlight])
  return <Current value={value}>{children}</Current>
}

export function useHighlights(): Highlights {
  return useContext(Current)
}
