import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoopEvent } from './event.ts'
import { logReader } from './log-line.ts'
import { POD_CHANGE, type PodChange, readPodChange } from './pod-change.ts'

/** How to reach the pods: a kubectl that is found, what names its cluster, and which pods. */
export interface Pods {
  readonly kubectl: string
  readonly context: string
  readonly namespace: string
  /** A label selector. */
  readonly selector: string
}

/** From a watch's first pod to the last of those that were there when it began. */
const LISTED_WITHIN_MS = 1000

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
  const followed = new Set<string>()
  /** Pod → service, and the pods that the present watch has told of. */
  const known = new Map<string, string>()
  const seen = new Set<string>()
  const gone = (pod: string, service: string) => {
    if (known.delete(pod)) tell({ kind: 'pod gone', service, pod })
  }
  const follow = (change: PodChange, container: string) => {
    const child = run(pods.kubectl, [
      ...words,
      ...['logs', '--follow', '--since-time', since, change.pod, '--container', container],
    ])
    const read = logReader()
    lines(child, (raw) => {
      const line = read(raw)
      if (line) tell({ kind: 'log', service: change.service, line, at: Date.now() })
    })
  }
  const hear = (change: PodChange) => {
    if (signal.aborted) return
    const { pod, service, ready } = change
    seen.add(pod)
    for (const [id, container] of change.containers)
      if (!followed.has(id)) {
        followed.add(id)
        follow(change, container)
      }
    if (change.gone) return gone(pod, service)
    known.set(pod, service)
    tell({ kind: 'pod', service, pod, ready })
  }

  const running = new Set<ChildProcess>()
  const run = (program: string, args: readonly string[]) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    running.add(child)
    child.once('error', () => running.delete(child)).once('close', () => running.delete(child))
    return child
  }
  signal.addEventListener('abort', () => {
    for (const child of running) child.kill('SIGKILL')
  })

  while (!signal.aborted) {
    const watch = run(pods.kubectl, [
      ...words,
      ...['get', 'pods', '--selector', pods.selector, '--watch', '--output-watch-events'],
      ...['--output', `go-template=${POD_CHANGE}{{"\\n"}}`],
    ])
    const ended = Promise.race([once(watch, 'close'), once(watch, 'error')]).catch(() => undefined)
    let listed: NodeJS.Timeout | undefined
    lines(watch, (line) => {
      const change = readPodChange(line)
      if (!change) return
      hear(change)
      // The API server ends each watch after a while. The next begins with all there is: the rest went meanwhile.
      listed ??= setTimeout(() => {
        for (const [pod, service] of known) if (!seen.has(pod)) gone(pod, service)
      }, LISTED_WITHIN_MS)
    })
    await ended
    clearTimeout(listed)
    seen.clear()
    await sleep(500, undefined, { signal }).catch(() => undefined)
  }
}

function lines({ stdout }: ChildProcess, hear: (line: string) => void): void {
  if (stdout) createInterface({ input: stdout }).on('line', hear)
}
