import type { Point } from './toggles.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What one place of the manifests holds, at each point where it is there at all. */
export type Variants = ReadonlyMap<Point, Json>

/**
 * The fields of objects or the items of lists, each with what it is at each point where it is there.
 *
 * @returns undefined where these are not all objects or all lists with something in them, or have no order in common
 */
export function partsOf(variants: Variants): Map<string, Map<Point, Json>> | undefined {
  const values = [...variants.values()]
  if (new Set(values.map((value) => Array.isArray(value))).size > 1) return undefined
  // The items of lists of one are versions of the same.
  const single = values.every((value) => Array.isArray(value) && value.length === 1)
  const named = values.map((value) =>
    single ? new Map([['', (value as Json[])[0] as Json]]) : partsByName(value),
  )
  const names = interleave(named.map((parts) => [...parts.keys()]))
  if (!names || named.some(({ size }) => size === 0)) return undefined
  const points = [...variants.keys()]
  return new Map(
    names.map((name) => [
      name,
      new Map(
        named.flatMap((parts, n) => (parts.has(name) ? [[points[n], parts.get(name)] as [Point, Json]] : [])),
      ),
    ]),
  )
}

/** An item is known by its name, as in a pod's containers, volumes and ports; without one, by all it is. */
function partsByName(value: Json): Map<string, Json> {
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
function interleave(lists: readonly (readonly string[])[]): string[] | undefined {
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
