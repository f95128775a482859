export interface Load {
  /** How many requests have been answered as they should be. */
  readonly answered: () => number
  /** When each of the others was sent, and what became of it. */
  readonly failures: readonly string[]
  /** Sends nothing more, and waits for what is under way. */
  readonly stop: () => Promise<void>
}

/** Sends a request each `milliseconds`, whether or not those before it have been answered. */
export function startLoad(request: () => Promise<void>, milliseconds: number): Load {
  const failures: string[] = []
  const underWay = new Set<Promise<void>>()
  let answered = 0
  const send = async () => {
    const sent = new Date().toISOString()
    try {
      await request()
      answered++
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
      failures.push(`${sent} ${error}${cause}`)
    }
  }
  const timer = setInterval(() => {
    const one: Promise<void> = send().finally(() => underWay.delete(one))
    underWay.add(one)
  }, milliseconds)
  return {
    answered: () => answered,
    failures,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}
