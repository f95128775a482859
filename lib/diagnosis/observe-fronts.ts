import type { PodObject, ServiceObject, SliceObject } from '../cluster/objects.ts'
import type { Front } from './facts.ts'

/** What each Service that selects pods leads to. */
export function fronts(
  services: readonly ServiceObject[],
  slices: readonly SliceObject[],
  pods: readonly PodObject[],
): Front[] {
  return services.flatMap(({ metadata: { name, creationTimestamp, managedFields = [] }, spec }): Front[] => {
    const wanted = Object.entries(spec.selector ?? {})
    if (wanted.length === 0) return []
    const own = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    return [
      {
        name,
        since: Math.max(
          ...[creationTimestamp, ...managedFields.flatMap(({ time }) => time ?? [])].map((text) =>
            Date.parse(text),
          ),
        ),
        selector: wanted.map(([key, value]) => `${key}=${value}`).join(','),
        pods: pods
          .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
          .map(({ metadata }) => metadata.name),
        // A port whose name no container has leads nowhere: its slice has none.
        ready: own
          .filter(({ ports }) => (ports ?? []).length > 0)
          .flatMap(({ endpoints }) => endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false).length,
      },
    ]
  })
}
