import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { Manifests } from '../../k8s/manifests.ts'

/** Every pod the stack makes, with the workload it belongs to. */
export function pods(manifests: Manifests): { title: string; pod: IPodSpec }[] {
  return [...manifests.values()].flat().flatMap((manifest) => {
    const { kind, metadata, spec } = manifest.toJSON() as {
      kind: string
      metadata: { name: string }
      spec?: { template?: { spec: IPodSpec } }
    }
    return spec?.template ? [{ title: `${kind} ${metadata.name}`, pod: spec.template.spec }] : []
  })
}

export function containers(pod: IPodSpec) {
  return [...(pod.initContainers ?? []), ...pod.containers]
}
