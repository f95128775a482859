import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { logReader } from '../runtimes/log-line.ts'
import { type ContainerLog, followContainer } from './container-log.ts'
import type { LoopEvent } from './event.ts'
import { POD_CHANGE, type PodChange, readPodChange } from './pod-change.ts'

/** How to reach the pods: a kubectl that is found, what names its cluster, and which pods. */
export interface Pods {
  readonly kubectl: string
  readonly context: string
  readonly namespace: string
  /** A label selector. */
  readonly selector: string
}

/** Milliseconds from a watch's first pod to the last of those that were there when it began. */
const LISTED_WITHIN = 1_000
/** Milliseconds from the start of a watch to its first pod, where there is one. */
const FIRST_WITHIN = 5_000
/** Milliseconds: a watch whose connection is lost tells as little as one of a quiet cluster. */
const LONGEST_WATCH = 5 * 60_000
const PAUSE = 500

/**
 * Tells which pods come, are ready and go, and every line that their containers write, until the signal.
 * Skaffold's own logs are not enough: it mutes them during a deployment, and after a failed one until the next good one.
 */
export async function followPods(
  pods: Pods,
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const words = ['--context', pods.context, '--namespace', pods.namespace]
  const since = new Date().toISOString()
  /** Containers by id that were met, and their logs by pod and name. */
  const met = new Set<string>()
  const logs = new Map<string, ContainerLog>()
  const ended = new Set<string>()
  /** Pod → service, and the pods that the present watch has told of. */
  const known = new Map<string, string>()
  const seen = new Set<string>()
  const gone = (pod: string, service: string) => {
    if (known.delete(pod)) tell({ kind: 'pod gone', service, pod })
  }

  const running = new Set<ChildProcess>()
  const run = (args: readonly string[]) => {
    const child = spawn(pods.kubectl, [...words, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    running.add(child)
    child.once('error', () => running.delete(child)).once('close', () => running.delete(child))
    return child
  }
  signal.addEventListener('abort', () => {
    for (const child of running) child.kill('SIGKILL')
  })

  const follow = ({ pod, service }: PodChange, container: string, key: string) => {
    const read = logReader()
    const start = (from: string) =>
      run(['logs', '--follow', '--timestamps', '--since-time', from, pod, '--container', container])
    const hear = (raw: string) => {
      const line = read(raw)
      if (line) tell({ kind: 'log', service, line, at: Date.now() })
    }
    const isOver = (whole: boolean) => {
      const over = signal.aborted || !known.has(pod) || (whole && ended.has(key))
      if (over) logs.delete(key)
      return over
    }
    logs.set(key, followContainer(since, start, hear, isOver))
  }
  const hear = (change: PodChange) => {
    if (signal.aborted) return
    const { pod, service, ready } = change
    seen.add(pod)
    if (!change.gone) known.set(pod, service)
    for (const [id, container] of change.containers) {
      const key = `${pod}/${container.name}`
      if (container.ended) ended.add(key)
      else ended.delete(key)
      if (met.has(id)) continue
      met.add(id)
      const log = logs.get(key)
      if (log) log.readOn()
      else follow(change, container.name, key)
    }
    if (change.gone) return gone(pod, service)
    tell({ kind: 'pod', service, pod, ready })
    for (const image of change.missing) tell({ kind: 'image missing', image })
  }

  while (!signal.aborted) {
    const watch = run([
      ...['get', 'pods', '--selector', pods.selector, '--watch', '--output-watch-events'],
      ...['--output', `go-template=${POD_CHANGE}{{"\\n"}}`],
    ])
    const over = Promise.race([once(watch, 'close'), once(watch, 'error')]).catch(() => undefined)
    // The API server ends each watch after a while. The next begins with all there is: the rest went meanwhile.
    const listed = () => {
      for (const [pod, service] of known) if (!seen.has(pod)) gone(pod, service)
    }
    let alarm = setTimeout(listed, FIRST_WITHIN)
    const tooLong = setTimeout(() => watch.kill('SIGKILL'), LONGEST_WATCH)
    createInterface({ input: watch.stdout }).on('line', (line) => {
      const change = readPodChange(line)
      if (!change) return
      if (seen.size === 0) {
        clearTimeout(alarm)
        alarm = setTimeout(listed, LISTED_WITHIN)
      }
      hear(change)
    })
    await over
    clearTimeout(alarm)
    clearTimeout(tooLong)
    seen.clear()
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
  }
}
