import type { Variants } from './alternatives.ts'
import type { Point } from './toggles.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * The fields of objects or the items of lists, each with its own variants.
 *
 * @returns undefined where these are not all objects or all lists with something in them, or have no order in common
 */
export function partsOf(variants: Variants<Json>): Map<string, Map<Point, Json>> | undefined {
  const values = [...variants.values()]
  if (new Set(values.map((value) => Array.isArray(value))).size > 1) return undefined
  // The items of lists of one are versions of the same.
  const single = values.every((value) => Array.isArray(value) && value.length === 1)
  const parts = new Map<Point, Map<string, Json>>()
  for (const [point, value] of variants) {
    const ofOne = single ? new Map([['', (value as Json[])[0] as Json]]) : named(value)
    if (ofOne.size === 0) return undefined
    parts.set(point, ofOne)
  }
  return together(parts)
}

/** Turns parts at each point into points of each part. @returns undefined where the parts have no order in common */
export function together<Value>(
  taken: Variants<ReadonlyMap<string, Value>>,
): Map<string, Map<Point, Value>> | undefined {
  const names = interleaved([...taken.values()].map((parts) => [...parts.keys()]))
  if (!names) return undefined
  const found = new Map(names.map((name) => [name, new Map<Point, Value>()]))
  for (const [point, parts] of taken) for (const [name, part] of parts) found.get(name)?.set(point, part)
  return found
}

/** An item is known by its name, as in a pod's containers, volumes and ports; without one, by all it is. */
function named(value: Json): Map<string, Json> {
  if (typeof value !== 'object' || value === null) return new Map()
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const items = new Map(value.map((item: Json) => [nameOf(item), item]))
  return items.size === value.length ? items : new Map()
}

function nameOf(item: Json): string {
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined
  return typeof name === 'string' ? name : JSON.stringify(item)
}

/** One order that keeps that of each list. */
function interleaved(lists: readonly (readonly string[])[]): string[] | undefined {
  const order: string[] = []
  let rest = [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()]
  while (rest.some((list) => list.length > 0)) {
    const next = rest
      .flatMap(([head]) => head ?? [])
      .find((head) => rest.every((list) => list.indexOf(head) < 1))
    if (next === undefined) return undefined
    order.push(next)
    rest = rest.map((list) => (list[0] === next ? list.slice(1) : list))
  }
  return order
}
