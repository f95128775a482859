import type { MetricPoint } from '../../../record/kinds.ts'
import type { Series } from '../parts/plot.tsx'

export interface Chart {
  readonly service: string
  readonly name: string
  readonly unit: string
  readonly times: readonly number[]
  readonly series: readonly Series[]
}

/** Lines of one chart: more cannot be told apart. */
const LINES = 8

/** Values as they are drawn: a sum as its growth a second, a histogram as its mean and its count a second. */
export function charts(points: readonly MetricPoint[]): Chart[] {
  const metrics = groupBy(points, ({ service, name }) => `${service}\n${name}`)
  return [...metrics].flatMap(([key, own]) => {
    const [service = '', name = ''] = key.split('\n')
    const [{ unit, kind } = { unit: '', kind: 'gauge' }] = own
    const counted = name.endsWith('.sum') ? metrics.get(`${service}\n${name.slice(0, -4)}.count`) : undefined
    if (counted) return [chart(service, name.slice(0, -4), `${unit}, mean`, own, meanBy(counted))]
    if (kind === 'sum') return [chart(service, name, `${unit} a second`, own, growth)]
    return [chart(service, name, unit, own, asItIs)]
  })
}

type Values = readonly (readonly [at: number, value: number])[]
type Reading = (points: readonly MetricPoint[], label: string) => Values

function chart(
  service: string,
  name: string,
  unit: string,
  points: readonly MetricPoint[],
  read: Reading,
): Chart {
  const lines = [...groupBy(points, labelOf)]
    .slice(0, LINES)
    .map(([label, own]) => ({ label, values: read(own, label) }))
  const times = [...new Set(lines.flatMap(({ values }) => values.map(([at]) => at)))].sort(
    (one, other) => one - other,
  )
  const series = lines.map(({ label, values }) => {
    const known = new Map(values)
    return { label, values: times.map((at) => known.get(at) ?? null) }
  })
  return { service, name, unit, times, series }
}

const asItIs: Reading = (points) => points.map(({ at, value }) => [at, value])

/** Where a sum has become smaller, its program began anew. */
const growth: Reading = (points) =>
  points.slice(1).map(({ at, value }, index) => {
    const before = points[index]
    const [more, seconds] = [value - (before?.value ?? 0), (at - (before?.at ?? at)) / 1000]
    return [at, seconds > 0 ? (more >= 0 ? more : value) / seconds : 0]
  })

function meanBy(counted: readonly MetricPoint[]): Reading {
  const counts = groupBy(counted, labelOf)
  return (points, label) => {
    const known = new Map(counts.get(label)?.map(({ at, value }) => [at, value]))
    return points.flatMap(({ at, value }, index) => {
      const before = points[index - 1]
      const count = (known.get(at) ?? 0) - (before ? (known.get(before.at) ?? 0) : 0)
      return count > 0 ? [[at, (value - (before?.value ?? 0)) / count] as const] : []
    })
  }
}

function labelOf({ attributes }: MetricPoint): string {
  // What each is, its value tells: GET /tasks 200.
  return Object.values(attributes).join(' ')
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
