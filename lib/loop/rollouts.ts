import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../cluster/api.ts'
import type { DeploymentObject, List, StatefulSetObject } from '../cluster/objects.ts'
import type { LoopEvent } from './event.ts'

/** Milliseconds between two looks at first; what takes long is looked at less often, each time a tenth of that later. */
const LOOK = 100

/**
 * Tells when everything that Skaffold has applied is rolled out. Skaffold looks too, but each second, and says so only
 * where it has begun with that look.
 *
 * @param selector of the labels of what is deployed
 * @returns what has to hear of every event of the loop
 */
export function watchRollouts(
  { api, namespace, selector }: { api: Pick<Api, 'read'>; namespace: string; selector: string },
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): (event: LoopEvent) => void {
  const listed = (kind: string) =>
    api.read<List<DeploymentObject | StatefulSetObject>>(
      `/apis/apps/v1/namespaces/${namespace}/${kind}?labelSelector=${encodeURIComponent(selector)}`,
    )
  const look = async (until: AbortSignal) => {
    const began = performance.now()
    while (!until.aborted) {
      // Where the cluster does not answer, the next look tells.
      const lists = await Promise.all(['deployments', 'statefulsets'].map(listed)).catch(() => [undefined])
      if (until.aborted) return
      if (lists.every((list) => list?.items.every(isRolledOut))) return tell({ kind: 'rolled out' })
      await sleep(Math.max(LOOK, (performance.now() - began) / 10), undefined, { signal: until })
    }
  }
  let present = new AbortController()
  signal.addEventListener('abort', () => present.abort())
  return (event) => {
    if (event.kind !== 'round' && event.kind !== 'applied') return
    present.abort()
    if (event.kind === 'round' || signal.aborted) return
    present = new AbortController()
    look(present.signal).catch(() => undefined)
  }
}

/** As `kubectl rollout status` sees it: no pod is left of another template, but for those that are ending. */
function isRolledOut({ metadata, spec, status }: DeploymentObject | StatefulSetObject): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
  const isSeen = observedGeneration >= (metadata.generation ?? 0)
  return isSeen && [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas)
}
