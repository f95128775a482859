/** What came of a load: milliseconds of each answer as it should be, and how many requests had another. */
export interface LoadResult {
  readonly samples: readonly number[]
  readonly failed: number
}

/**
 * Sends requests at a steady rate, whether or not those before have been answered: a slow server meets as many as a
 * fast one, and a wait in the queue counts from when the request was due.
 *
 * @param request does the n-th request; throws when it is not answered as it should be
 * @param rate a second
 */
export async function load(
  request: (n: number) => Promise<void>,
  rate: number,
  seconds: number,
  interrupted: AbortSignal,
): Promise<LoadResult> {
  const samples: number[] = []
  let failed = 0
  const started = performance.now()
  const underWay: Promise<void>[] = []
  const send = async (n: number, due: number) => {
    try {
      await request(n)
      samples.push(performance.now() - due)
    } catch {
      failed++
    }
  }
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      // A late timer sends all that are due by now.
      while (underWay.length < rate * seconds) {
        const due = started + (underWay.length * 1000) / rate
        if (due > performance.now()) return
        underWay.push(send(underWay.length, due))
        if (interrupted.aborted) break
      }
      clearInterval(timer)
      resolve()
    }, 2)
  })
  await Promise.all(underWay)
  interrupted.throwIfAborted()
  return { samples, failed }
}
