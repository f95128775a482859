const pause = 5_000

/** Whether this page came from the service worker's store, because the network or the server was away. */
export function startedWithoutNetwork(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  // See service-worker.js: of all that an answer has, this alone can be read by the page that it makes.
  return !navigator.onLine || Boolean(page?.serverTiming.some(({ name }) => name === 'kept'))
}

/**
 * Tells of a network that goes as soon as the browser does, and of one that comes once the server answers: what waits
 * would be refused before that, for `online` of the browser knows of the cable alone.
 *
 * @returns how to end it
 */
export function followNetwork(setOnline: (online: boolean) => void): () => void {
  let endLooking = () => {}
  const gone = () => {
    endLooking()
    setOnline(false)
  }
  const back = () => {
    endLooking()
    endLooking = onceAnswered(() => setOnline(true))
  }
  if (startedWithoutNetwork()) {
    gone()
    back()
  }
  window.addEventListener('offline', gone)
  window.addEventListener('online', back)
  return () => {
    endLooking()
    window.removeEventListener('offline', gone)
    window.removeEventListener('online', back)
  }
}

function onceAnswered(tell: () => void): () => void {
  let ended = false
  const look = async () => {
    const isThere = await fetch('/api/health/live', { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!isThere || ended) return
    end()
    tell()
  }
  const timer = setInterval(look, pause)
  const end = () => {
    ended = true
    clearInterval(timer)
  }
  void look()
  return end
}
