import { hole } from './hole.ts'
import { type Json, partsOf, type Variants } from './parts.ts'
import type { Decisions, Point, Toggle } from './toggles.ts'

/**
 * The lines of a place: its text where that is the same at all points, else each text below the `if` that leads to it.
 *
 * @param decisions with the points that are possible where the place is; at others than those of its variants there is nothing
 * @param write gives the text of variants that are equal, or have parts of which each is a place of its own
 */
export function choice(
  variants: Variants,
  { points, toggles }: Decisions,
  write: (variants: Variants) => string,
): string {
  const groups = new Map<string, [Point, Json][]>()
  for (const variant of variants) {
    const key = textOf(variant[1])
    const group = groups.get(key)
    if (group) group.push(variant)
    else groups.set(key, [variant])
  }
  const texts = new Map<Point, string>()
  const fill = (group: Iterable<readonly [Point, Json]>, text: string) => {
    for (const [point] of group) texts.set(point, text)
  }
  if (groups.size > 1 && partsOf(variants)) fill(variants, write(variants))
  // What is equal is written as at the first point.
  else for (const group of groups.values()) fill(group, write(new Map(group.slice(0, 1))))
  return lines(decide(points, toggles, (point) => texts.get(point) ?? ''))
}

/** Most objects are the same at hundreds of points. */
const texts = new WeakMap<object, string>()

function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const text = texts.get(value) ?? JSON.stringify(value)
  texts.set(value, text)
  return text
}

/** What stands below an `if`; without `when`, below the `else`. */
interface Branch {
  readonly when?: string
  readonly text: string
}

/** Asks one toggle after the other, but for those that change nothing. */
function decide(
  points: readonly Point[],
  [toggle, ...later]: readonly Toggle[],
  textAt: (point: Point) => string,
): readonly Branch[] {
  const [text = '', ...others] = new Set(points.map(textAt))
  if (!toggle || others.length === 0) return [{ text }]
  const outcomes = new Map<string, { cases: string[]; branches: readonly Branch[] }>()
  for (const value of toggle.cases) {
    const there = points.filter((point) => point[toggle.name] === value)
    if (there.length === 0) continue
    const branches = decide(there, later, textAt)
    const cases = outcomes.get(lines(branches))?.cases ?? []
    outcomes.set(lines(branches), { cases: [...cases, value], branches })
  }
  const ways = [...outcomes].map(([text, { cases, branches }]) => ({
    text,
    when: toggle.among(cases),
    branches,
  }))
  // Last, where it need not be said when: nothing; else what goes on to ask; else what saves the most words.
  const order = ways.sort(
    (one, other) =>
      Number(one.text === '') - Number(other.text === '') ||
      one.branches.length - other.branches.length ||
      one.when.length - other.when.length,
  )
  return [...order.slice(0, -1).map(({ when, text }) => ({ when, text })), ...(order.at(-1)?.branches ?? [])]
}

function lines(branches: readonly Branch[]): string {
  const [first] = branches
  if (first?.when === undefined) return first?.text ?? ''
  const written = branches
    .filter(({ text }) => text !== '')
    .map(({ when, text }, n) => {
      const words = [n > 0 ? 'else' : '', when === undefined ? '' : `if ${when}`].filter(Boolean)
      return `${hole(`- ${words.join(' ')}`)}\n${text}`
    })
  return `${written.join('')}${hole('- end')}\n`
}
