import { useCallback, useRef, useState } from 'react'
import { type Filters, pageQuery } from './filters'

/** The filters, kept in the page's address too, so that a reload has them; `start` is what the server read there. */
export function useFilters(start: Filters): [Filters, (changes: Partial<Filters>) => void] {
  const [filters, setFilters] = useState(start)
  const latest = useRef(start)

  const change = useCallback((changes: Partial<Filters>) => {
    latest.current = { ...latest.current, ...changes }
    setFilters(latest.current)
    const query = pageQuery(latest.current)
    window.history.replaceState(null, '', query ? `?${query}` : window.location.pathname)
  }, [])

  return [filters, change]
}
