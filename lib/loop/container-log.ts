import { isOfRemovedRun } from '../cluster/removed-run.ts'

/** Milliseconds until a stream that ended is asked for anew, from the first time to where it has nothing new to tell. */
const [SHORTEST, LONGEST] = [500, 10_000]
/** Milliseconds: a stream whose connection is lost may be as silent as a program that has nothing to say. */
const LONGEST_SILENCE = 5 * 60_000

/** The log of one container, with all that come after it under its name. */
export interface ContainerLog {
  /** It was started anew: reads on at once. */
  readonly readOn: () => void
}

/**
 * Follows a container's log line by line, from where it was when a stream breaks, until it is over.
 *
 * @param since RFC 3339
 * @param read gives the lines from a time on, each with its time, as they come
 * @param isOver is asked at each end of a stream; `whole` is whether it ended well
 */
export function followContainer(
  since: string,
  read: (since: string, signal: AbortSignal) => AsyncIterable<string>,
  hear: (raw: string) => void,
  isOver: (whole: boolean) => boolean,
): ContainerLog {
  let last: string | undefined
  let readOn: () => void = () => undefined
  const stream = async (): Promise<{ whole: boolean; news: boolean }> => {
    const over = new AbortController()
    const end = () => over.abort()
    let news = false
    readOn = end
    const silence = setTimeout(end, LONGEST_SILENCE)
    try {
      for await (const line of read(last ?? since, over.signal)) {
        silence.refresh()
        if (isOfRemovedRun(line)) return { whole: false, news }
        const [, time, raw = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/s.exec(line) ?? []
        // Asked for a time, Kubernetes answers from the whole second on.
        if (time !== undefined && last !== undefined && time <= last) continue
        last = time ?? last
        news = true
        hear(raw)
      }
      return { whole: true, news }
    } catch {
      return { whole: false, news }
    } finally {
      clearTimeout(silence)
    }
  }
  const follow = async () => {
    for (let pause = SHORTEST; ; ) {
      const { whole, news } = await stream()
      if (isOver(whole)) return
      pause = news ? SHORTEST : Math.min(2 * pause, LONGEST)
      await new Promise<void>((resolve) => {
        const alarm = setTimeout(resolve, pause).unref()
        readOn = () => {
          clearTimeout(alarm)
          resolve()
        }
      })
      if (isOver(false)) return
    }
  }
  void follow()
  return { readOn: () => readOn() }
}
