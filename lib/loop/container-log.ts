import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

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
 * @param start runs `kubectl logs --follow --timestamps` from a time on
 * @param isOver is asked at each end of a stream; `whole` is whether it ended well
 */
export function followContainer(
  since: string,
  start: (since: string) => ChildProcess,
  hear: (raw: string) => void,
  isOver: (whole: boolean) => boolean,
): ContainerLog {
  let last: string | undefined
  let readOn: () => void = () => undefined
  const stream = async (): Promise<{ whole: boolean; news: boolean }> => {
    const child = start(last ?? since)
    let news = false
    const end = () => void child.kill('SIGKILL')
    readOn = end
    const silence = setTimeout(end, LONGEST_SILENCE)
    const ended = new Promise<number | null>((resolve) =>
      child.once('error', () => resolve(null)).once('close', resolve),
    )
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        silence.refresh()
        const [, time, raw = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/s.exec(line) ?? []
        // Asked for a time, Kubernetes answers from the whole second on.
        if (time !== undefined && last !== undefined && time <= last) return
        last = time ?? last
        news = true
        hear(raw)
      })
    const code = await ended
    clearTimeout(silence)
    return { whole: code === 0, news }
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
