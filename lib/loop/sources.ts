import { statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { NamedProgram } from '../../k8s/services.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { messageOf } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Course } from './course.ts'
import type { LoopEvent } from './event.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { mendSources } from './sources/mend-sources.ts'

/**
 * For synced sources: after each sync, in each new pod, and at each save during a deployment, compares what is there
 * with the disk and copies what Skaffold did not (https://github.com/GoogleContainerTools/skaffold/issues/6924).
 * Where that fails, the image is built anew.
 *
 * @param kubectl of the namespace
 * @returns what has to hear of every event of the loop
 */
export function keepSynced(
  kubectl: Kubectl,
  services: readonly NamedProgram[],
  tell: Course['tell'],
): (event: LoopEvent) => void {
  const ready = new Set<string>()
  const mend = eachAtATime(services, async (service) => {
    try {
      for (const { pod, files } of await patiently(() => mendSources(kubectl, service)))
        tell({ kind: 'note', text: `sources: copied to ${pod}, which had older ones: ${files.join(', ')}` })
    } catch (error) {
      const why = messageOf(error)
      tell({
        kind: 'note',
        text: `sources: ${service.name} cannot be mended, its image is built anew: ${why}`,
      })
      // Skaffold builds an image whose Dockerfile has a newer time.
      const now = new Date()
      utimesSync(join(CHECKOUT, service.build.dockerfile), now, now)
    }
  })
  let deploying = false
  return (event) => {
    if (event.kind === 'deploy') deploying = event.status === 'running'
    // Skaffold waits for the pods of a deployment, and a pod may wait for this very correction.
    if (event.kind === 'saved' && deploying)
      for (const service of services) if (event.services.includes(service.name)) mend(service)
    if (event.kind === 'sync' && event.status !== 'running')
      for (const service of services) if (service.image === event.image) mend(service)
    if (event.kind !== 'pod') return
    const isNew = event.ready && !ready.has(event.pod)
    if (event.ready) ready.add(event.pod)
    else ready.delete(event.pod)
    const service = services.find(({ name }) => name === event.service)
    if (isNew && service) mend(service)
  }
}

/**
 * For mounted sources: a folder that is replaced whole (moved away, cloned anew) stays mounted as it was, so its pods are
 * made anew. Looks each second, until the signal.
 */
export function keepMounted(
  kubectl: Kubectl,
  services: readonly NamedProgram[],
  { tell, pause, signal }: Course,
): void {
  const known = new Map(services.map((service) => [service.name, identity(service)]))
  const restart = eachAtATime(services, async ({ name }) => {
    tell({ kind: 'note', text: `sources: a folder of ${name} was replaced, its pod is made anew` })
    await kubectl(['rollout', 'restart', `deployment/${name}`]).catch((error: Error) =>
      tell({ kind: 'note', text: `sources: ${error.message}` }),
    )
  })
  const look = setInterval(() => {
    if (pause.isOn()) return
    for (const service of services) {
      const now = identity(service)
      if (now === undefined || now === known.get(service.name)) continue
      known.set(service.name, now)
      restart(service)
    }
  }, 1_000)
  signal.addEventListener('abort', () => clearInterval(look))
}

/** A look fails when a file is replaced or removed in that moment, here or there; what is broken for good fails each time. */
async function patiently<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let left = 3; ; left--)
    try {
      return await action()
    } catch (error) {
      if (left === 0) throw error
      await pause(500)
    }
}

/** The folders themselves, not what is in them; undefined while one is away. */
function identity({ directory, sources }: NamedProgram): string | undefined {
  try {
    return sources.map((folder) => statSync(join(CHECKOUT, directory, folder)).ino).join()
  } catch {
    return undefined
  }
}

/** The action for one of the services, which runs once at a time for each. */
function eachAtATime(services: readonly NamedProgram[], action: (service: NamedProgram) => Promise<void>) {
  const actions = new Map(services.map((service) => [service, oneAtATime(() => action(service))]))
  return (service: NamedProgram) => actions.get(service)?.()
}
