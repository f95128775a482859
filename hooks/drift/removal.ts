import type { Drift } from '../../lib/diagnosis/drift/drift.ts'

/** One step of a JSON patch, https://www.rfc-editor.org/rfc/rfc6902 */
export type PatchStep =
  | { readonly op: 'test' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/**
 * What `kubectl apply` leaves as it is: fields that the model has not, and replicas, whose number an autoscaler holds and
 * whose 0 it never changes. What else differs, the next deployment puts back.
 *
 * @returns the steps for an object, the last items of lists first; none where there is nothing to do
 */
export function removal({ live, differences }: Drift): PatchStep[] {
  const isLeft = (path: string, wanted: unknown) => wanted === undefined || path === 'spec.replicas'
  const left = differences.filter(({ path, wanted }) => isLeft(path, wanted))
  if (!live || left.length === 0) return []
  const version = (live.metadata as { resourceVersion?: string }).resourceVersion
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: version },
    ...left
      .toSorted((one, other) => other.pointer.localeCompare(one.pointer, 'en', { numeric: true }))
      .map(
        ({ pointer: path, wanted: value }): PatchStep =>
          value === undefined ? { op: 'remove', path } : { op: 'replace', path, value },
      ),
  ]
}
