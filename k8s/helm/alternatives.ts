import { condition } from './condition.ts'
import { hole } from './hole.ts'
import type { Decisions, Point } from './toggles.ts'

/** What one place of the manifests holds, at each point where it is there at all. */
export type Variants<Value> = ReadonlyMap<Point, Value>

/** One of the things that a place may hold, and Helm's line before it; none where it is all there is. */
interface Alternative<Value> {
  readonly line?: string
  readonly variants: Variants<Value>
}

/** Helm's line after the last alternative, where there is one before the first. */
export const END = hole('- end')

/**
 * The `if`, `else if` and `else` that lead to each alternative, in an order in which they are short.
 *
 * @param groups one an alternative: no point is in two of them
 * @param decisions with the points that are possible where the place is; at those in no group it holds nothing
 */
export function alternatives<Value>(
  groups: readonly Variants<Value>[],
  { toggles, points }: Decisions,
): Alternative<Value>[] {
  if (groups[0]?.size === points.length) return [{ variants: groups[0] }]
  const found: Alternative<Value>[] = []
  let waiting = groups
  let rest = points
  while (waiting.length > 0) {
    const [next] = waiting
      .map((variants) => ({ variants, when: conditionFor(variants, { toggles, points: rest }) }))
      .sort((one, other) => one.when.length - other.when.length)
    if (!next) break
    const words = [found.length > 0 ? 'else' : '', next.when && `if ${next.when}`]
    found.push({ line: hole(`- ${words.filter(Boolean).join(' ')}`), variants: next.variants })
    waiting = waiting.filter((group) => group !== next.variants)
    rest = rest.filter((point) => !next.variants.has(point))
  }
  return found
}

function conditionFor(variants: Variants<unknown>, { toggles, points }: Decisions): string {
  const holds = (point: Point) => variants.has(point)
  return points.every(holds) ? '' : condition(toggles, points, holds)
}

/** @returns the variants with equal values, together */
export function alike<Value>(variants: Variants<Value>): Variants<Value>[] {
  const groups = new Map<string, Map<Point, Value>>()
  for (const [point, value] of variants) {
    const text = JSON.stringify(value)
    groups.set(text, (groups.get(text) ?? new Map()).set(point, value))
  }
  return [...groups.values()]
}
