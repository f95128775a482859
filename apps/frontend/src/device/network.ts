import { onlineManager } from '@tanstack/react-query'

const pause = 5_000

/** Whether this page came from the service worker's store, because the network or the server was away. */
export function startedWithoutNetwork(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  // See service-worker.js: of all that an answer has, this alone can be read by the page that it makes.
  return !navigator.onLine || Boolean(page?.serverTiming.some(({ name }) => name === 'kept'))
}

/** Ends being offline as soon as the server answers; `online` of the browser knows of the cable alone. */
export function watchForNetwork(): () => void {
  const timer = setInterval(async () => {
    const isBack = await fetch('/api/health/live', { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!isBack) return
    clearInterval(timer)
    onlineManager.setOnline(true)
  }, pause)
  return () => clearInterval(timer)
}
