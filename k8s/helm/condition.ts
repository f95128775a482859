import type { Point, Toggle } from './toggles.ts'

const ALWAYS = 'always'
const NEVER = 'never'

/**
 * The shortest Go template expression that tells some points from the others.
 *
 * @param points those that are still possible where the expression stands
 * @param holds has to hold for some of them, and not for all
 */
export function condition(
  toggles: readonly Toggle[],
  points: readonly Point[],
  holds: (point: Point) => boolean,
): string {
  const deciding = toggles.filter(({ name }) => decides(name, points, holds))
  return shortest(deciding.map((toggle) => asking(toggle, toggles, points, holds)))
}

/** The expression that asks for one toggle, and for others only where that leaves it open. */
function asking(
  { name, cases, among }: Toggle,
  toggles: readonly Toggle[],
  points: readonly Point[],
  holds: (point: Point) => boolean,
): string {
  const outcomes = new Map<string, string[]>()
  for (const value of cases) {
    const there = points.filter((point) => point[name] === value)
    if (there.length === 0) continue
    const outcome = there.every(holds) ? ALWAYS : there.some(holds) ? condition(toggles, there, holds) : NEVER
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), value])
  }
  // Where the first half of an `or` is false, the other need not say so.
  const orElse = outcomes.size === 2 && outcomes.has(ALWAYS)
  const terms = [...outcomes].flatMap(([outcome, values]) => {
    if (outcome === NEVER) return []
    if (outcome === ALWAYS) return [among(values)]
    return [orElse ? outcome : both(among(values), outcome)]
  })
  return terms.length > 1 ? `or ${terms.map(operand).join(' ')}` : terms.join()
}

/** @returns the first of the shortest */
function shortest(texts: readonly string[]): string {
  const [first, ...others] = texts
  if (first === undefined) throw new Error('There is no expression to choose from')
  return others.reduce((best, text) => (text.length < best.length ? text : best), first)
}

/** Whether two points that differ in nothing else than this toggle differ in what holds. */
function decides(name: string, points: readonly Point[], holds: (point: Point) => boolean): boolean {
  const seen = new Map<string, boolean>()
  return points.some((point) => {
    const rest = JSON.stringify({ ...point, [name]: undefined })
    const before = seen.get(rest)
    seen.set(rest, holds(point))
    return before !== undefined && before !== holds(point)
  })
}

function both(one: string, other: string): string {
  return `and ${operand(one)} ${other.startsWith('and ') ? other.slice('and '.length) : operand(other)}`
}

function operand(expression: string): string {
  return expression.includes(' ') ? `(${expression})` : expression
}
