import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../k8s/model/stack.ts'
import type { Api } from '../cluster/api.ts'
import type { List, PodObject } from '../cluster/objects.ts'
import { logReader } from '../runtimes/log-line.ts'
import { telemetryIn } from '../runtimes/telemetry-line.ts'
import { type ContainerLog, followContainer } from './container-log.ts'
import type { LoopEvent } from './event.ts'
import { type PodChange, podChange } from './pod-change.ts'

/** How to reach the pods, and which are meant. */
export interface Pods {
  readonly api: Api
  readonly namespace: string
  /** A label selector. */
  readonly selector: string
  /** What of a service is known of the log of its pods. */
  readonly services: Readonly<Record<string, Pick<Service, 'log'>>>
}

type PodList = List<PodObject> & { readonly metadata: { readonly resourceVersion: string } }

/** Milliseconds until the next attempt. */
const PAUSE = 500

/**
 * Tells which pods come, are ready and go, and every line that their containers write, until the signal.
 * Skaffold's own logs are not enough: it mutes them during a deployment, and after a failed one until the next good one.
 */
export async function followPods(
  { api, namespace, selector, services }: Pods,
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`
  const since = new Date().toISOString()
  /** Containers by id that were met, and their logs by pod and name. */
  const met = new Set<string>()
  const logs = new Map<string, ContainerLog>()
  const ended = new Set<string>()
  /** Pod → service. */
  const known = new Map<string, string>()
  /** The same of those that are gone, and have not ended yet. */
  const ending = new Map<string, string>()
  const gone = (pod: string, service: string, runs: boolean) => {
    if (known.delete(pod)) {
      tell({ kind: 'pod gone', service, pod, ...(runs ? { ending: true } : {}) })
      if (runs) ending.set(pod, service)
    } else if (!runs && ending.delete(pod)) tell({ kind: 'pod ended', service, pod })
  }

  const follow = ({ pod, service }: PodChange, container: string, key: string) => {
    const read = logReader(services[service]?.log)
    const lines = (from: string, ending: AbortSignal) => {
      const which = new URLSearchParams({ container, follow: 'true', timestamps: 'true', sinceTime: from })
      return api.lines(`${path}/${pod}/log?${which}`, AbortSignal.any([signal, ending]))
    }
    const hear = (raw: string) => {
      const data = telemetryIn(raw)
      if (data) return tell({ kind: 'telemetry', service, data, at: Date.now() })
      const line = read(raw)
      if (line) tell({ kind: 'log', service, line, at: Date.now() })
    }
    const isOver = (whole: boolean) => {
      const over = signal.aborted || !known.has(pod) || (whole && ended.has(key))
      if (over) logs.delete(key)
      return over
    }
    logs.set(key, followContainer(since, lines, hear, isOver))
  }
  const hear = (change: PodChange | undefined) => {
    if (!change || signal.aborted) return
    const { pod, service, ready } = change
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
    if (change.gone) return gone(pod, service, change.runs)
    tell({ kind: 'pod', service, pod, ready })
    for (const image of change.missing) tell({ kind: 'image missing', image })
  }

  const watch = async () => {
    const selected = `${path}?labelSelector=${encodeURIComponent(selector)}`
    const list = await api.read<PodList>(selected)
    if (!list) return
    const there = new Set(list.items.map(({ metadata }) => metadata.name))
    // They went while nobody watched.
    for (const [pod, service] of [...known, ...ending]) if (!there.has(pod)) gone(pod, service, false)
    for (const pod of list.items) hear(podChange('ADDED', pod))
    const from = `&resourceVersion=${list.metadata.resourceVersion}`
    for await (const line of api.watch(selected + from, signal)) {
      const { type, object } = JSON.parse(line) as { type: string; object: PodObject }
      // Too old a version: the list is read anew.
      if (type === 'ERROR') return
      hear(podChange(type, object))
    }
  }
  while (!signal.aborted) {
    await watch().catch(() => undefined)
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined)
  }
}
