import { conditionOf, type NodeObject, type SliceObject } from '../cluster/objects.ts'
import type { Node } from './facts.ts'

export function nodeFacts({ metadata, status }: NodeObject): Node {
  const ready = conditionOf({ status }, 'Ready')
  return {
    name: metadata.name,
    ready: ready?.status === 'True',
    message: ready?.message ?? '',
    pressures: (status.conditions ?? [])
      .filter(({ type, status }) => type.endsWith('Pressure') && status === 'True')
      .map(({ type }) => type),
  }
}

/** @param slices of the Service kube-dns */
export function isDnsReady(slices: readonly Pick<SliceObject, 'endpoints'>[]): boolean {
  return slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false))
}
