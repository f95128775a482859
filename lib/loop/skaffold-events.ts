import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { readJson } from '../shell/json.ts'
import type { SkaffoldEvent, Status } from './event.ts'
import { repositoryOf } from './images.ts'

const error = z.object({ message: z.string() }).nullish()
const step = z.object({ status: z.string(), err: z.string() })

/**
 * A line of `/v1/events`, of which we read what the screen shows: https://skaffold.dev/docs/references/api/grpc/
 * Not version 2 of that API: Skaffold 2.24 tells nothing of file sync there.
 */
const entry = z.object({
  result: z.object({
    timestamp: z.string(),
    event: z.object({
      devLoopEvent: z.object({ status: z.string(), err: error }).optional(),
      buildEvent: step.extend({ artifact: z.string() }).optional(),
      deployEvent: step.optional(),
      statusCheckEvent: z.object({ status: z.string() }).optional(),
      resourceStatusCheckEvent: step.extend({ resource: z.string(), message: z.string() }).optional(),
      fileSyncEvent: step.extend({ image: z.string() }).optional(),
    }),
  }),
})

const STATUS: Readonly<Record<string, Status>> = {
  'In Progress': 'running',
  Started: 'running',
  Complete: 'succeeded',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Canceled: 'failed',
}

/** @returns what one line of the stream tells, or undefined where the screen has no use for it */
export function readSkaffoldEvent(line: string): SkaffoldEvent | undefined {
  const parsed = entry.safeParse(readJson(line))
  if (!parsed.success) return undefined
  const { timestamp, event } = parsed.data.result
  // It looks how things come along as soon as all is applied.
  if (event.statusCheckEvent)
    return event.statusCheckEvent.status === 'Started' ? { kind: 'applied' } : undefined
  const { devLoopEvent, buildEvent, deployEvent, resourceStatusCheckEvent, fileSyncEvent } = event
  const heard = devLoopEvent ?? buildEvent ?? deployEvent ?? resourceStatusCheckEvent ?? fileSyncEvent
  const status = heard && STATUS[heard.status]
  if (!status) return undefined
  const failure = (text: string | undefined) => (text ? { error: text } : {})
  if (devLoopEvent)
    return { kind: 'round', status, at: Date.parse(timestamp), ...failure(devLoopEvent.err?.message) }
  if (buildEvent) return { kind: 'build', image: buildEvent.artifact, status, ...failure(buildEvent.err) }
  if (deployEvent) return { kind: 'deploy', status, ...failure(deployEvent.err) }
  if (fileSyncEvent)
    return { kind: 'sync', image: repositoryOf(fileSyncEvent.image), status, ...failure(fileSyncEvent.err) }
  // `namespace:deployment/name`; pods are told of too, by names that change.
  const [, kind, workload] = /:(\w+)\/(.+)$/.exec(resourceStatusCheckEvent?.resource ?? '') ?? []
  if (!resourceStatusCheckEvent || !workload || kind === 'pod') return undefined
  const message = (resourceStatusCheckEvent.err || resourceStatusCheckEvent.message).trim()
  return { kind: 'rollout', workload, status, message }
}

/** Has the Skaffold of that port build, copy and deploy by itself, what changed meanwhile too, or not. @throws Error where it does not hear */
export async function followsChanges(port: number, isFollowing: boolean): Promise<void> {
  for (const step of ['build', 'sync', 'deploy']) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/${step}/auto_execute`, {
      method: 'PUT',
      body: JSON.stringify({ enabled: isFollowing }),
    })
    if (!answer.ok) throw new Error(`Skaffold answers ${answer.status}: ${await answer.text()}`)
  }
}

/**
 * Follows the events of the Skaffold that was started with `--rpc-http-port`, each told once, until the signal:
 * waits until it listens, and connects again when the stream ends.
 */
export async function followSkaffold(
  port: number,
  tell: (event: SkaffoldEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  // Each connection is given the whole history first.
  let heard = 0
  while (!signal.aborted) {
    let line = 0
    let rest = ''
    try {
      const { body } = await fetch(`http://127.0.0.1:${port}/v1/events`, { signal })
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const texts = (rest + chunk).split('\n')
        rest = texts.pop() ?? ''
        for (const text of texts) {
          line += 1
          if (line <= heard) continue
          heard = line
          const event = readSkaffoldEvent(text)
          if (event) tell(event)
        }
      }
    } catch {
      // Not there yet, or gone: Skaffold's own end is not for us to tell.
    }
    await sleep(100, undefined, { signal }).catch(() => undefined)
  }
}
