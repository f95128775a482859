import type { KubernetesObject } from './object.ts'

/** Who wrote a field last, as far as the API server knows. */
export interface Writer {
  /** Like `kubectl-edit`. */
  readonly manager: string
  /** Like `2026-01-01T12:00:00Z`. */
  readonly time: string
}

/** Below which fields each writer of an object is looked for. */
export type Trail = readonly (Writer & { readonly fields: object })[]

/** Those who bring the model to the cluster: what they wrote nobody changed behind its back. */
const DEPLOYERS = /^(kubectl-(client-side-apply|create|last-applied)|before-first-apply|helm|skaffold)$/

export function trailOf({ metadata: { managedFields = [] } }: KubernetesObject): Trail {
  return managedFields.flatMap(({ manager, time, fieldsV1 }) =>
    manager && time && fieldsV1 ? [{ manager, time, fields: fieldsV1 }] : [],
  )
}

/** Whether anybody wrote to an object beside who deployed it and the cluster's own controllers. */
export function writtenByOthers({ metadata: { managedFields = [] } }: KubernetesObject): boolean {
  return managedFields.some(({ manager = '' }) => !DEPLOYERS.test(manager) && !/^kube-/.test(manager))
}

/** @param to the name of a field, or an item of a list */
export function follow(trail: Trail, to: string | object): Trail {
  return trail.flatMap((writer) => {
    // Who wrote something whole has no fields below it.
    if (Object.keys(writer.fields).length === 0) return [writer]
    const entry = Object.entries(writer.fields).find(([key]) =>
      typeof to === 'string' ? key === `f:${to}` : key.startsWith('k:') && names(key.slice(2), to),
    )
    return entry ? [{ ...writer, fields: entry[1] as object }] : []
  })
}

/** @returns the newest who is no deployer; undefined where there is none */
export function foreignWriter(trail: Trail): Writer | undefined {
  const [newest] = trail.toSorted((one, other) => other.time.localeCompare(one.time))
  return newest && !DEPLOYERS.test(newest.manager)
    ? { manager: newest.manager, time: newest.time }
    : undefined
}

/** Whether the key fields of a list's item are this one's, like `{"containerPort":80,"protocol":"TCP"}`. */
function names(key: string, item: object): boolean {
  const values = item as Readonly<Record<string, unknown>>
  return Object.entries(JSON.parse(key) as Record<string, unknown>).every(
    ([field, value]) => (values[field] ?? (field === 'protocol' ? 'TCP' : undefined)) === value,
  )
}
