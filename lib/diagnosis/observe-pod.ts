import type { Api } from '../cluster/api.ts'
import { conditionOf, type PodObject } from '../cluster/objects.ts'
import type { Pod } from './facts.ts'
import { containerFacts, wordsOf } from './observe-container.ts'

/** @param redact is applied to all that a program or the kubelet has said */
export async function podFacts(
  api: Api,
  pod: PodObject,
  workload: string,
  redact: (text: string) => string,
): Promise<Pod> {
  const { metadata, spec, status } = pod
  const time = (text: string | undefined) => Date.parse(text ?? metadata.creationTimestamp)
  const scheduled = conditionOf(pod, 'PodScheduled')
  const ready = conditionOf(pod, 'Ready')
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  const containers = [
    ...(spec.initContainers ?? []).map((container) => ({ container, init: true })),
    ...spec.containers.map((container) => ({ container, init: false })),
  ]
  return {
    name: metadata.name,
    workload,
    phase: status.phase ?? '',
    node: spec.nodeName,
    ready: ready?.status === 'True',
    readySince: time(ready?.lastTransitionTime),
    evicted: status.reason === 'Evicted' ? (status.message ?? '') : undefined,
    unschedulable:
      scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
        ? { message: scheduled.message ?? '', since: time(scheduled.lastTransitionTime) }
        : undefined,
    claims: (spec.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    ),
    containers: await Promise.all(
      containers.map(async ({ container, init }) => {
        const now = statuses.find(({ name }) => name === container.name)
        const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`
        return {
          ...containerFacts(container, now, redact),
          init,
          ...(await wordsOf(api, path, container, now, redact)),
        }
      }),
    ),
  }
}
