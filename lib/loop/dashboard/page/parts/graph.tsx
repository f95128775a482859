import type { LoopStatus } from '../../../session/questions.ts'
import type { GraphNode } from '../../messages.ts'

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [136, 40, 56, 18]

/** Who calls whom, from left to right, with the state of each. */
export function Graph({ graph, status }: { graph: readonly GraphNode[]; status: LoopStatus | undefined }) {
  if (graph.length === 0) return null
  const columns = columnsOf(graph)
  const most = Math.max(...columns.map(({ length }) => length), 1)
  const height = most * (HEIGHT + GAP_Y) - GAP_Y
  const width = columns.length * (WIDTH + GAP_X) - GAP_X
  const places = new Map(
    columns.flatMap((column, x) =>
      column.map((name, y) => {
        const top = (height - column.length * (HEIGHT + GAP_Y) + GAP_Y) / 2
        return [name, { x: x * (WIDTH + GAP_X), y: top + y * (HEIGHT + GAP_Y) }] as const
      }),
    ),
  )
  const phases = new Map(status?.services.map(({ name, phase }) => [name, phase]))
  const sentences = graph.map(({ name, calls }) => {
    const state = phases.has(name) ? ` is ${phases.get(name)}` : ''
    return `${name}${state}${calls.length > 0 ? `, calls ${calls.join(', ')}` : ''}`
  })
  return (
    <svg
      class="graph"
      style={{ maxWidth: `${width * 1.25}px` }}
      viewBox={`-2 -2 ${width + 4} ${height + 4}`}
      role="img"
      aria-label={sentences.join('; ')}
    >
      {graph.flatMap(({ name, calls }) =>
        calls.map((called) => (
          <path key={`${name} ${called}`} d={lineBetween(places.get(name), places.get(called))} />
        )),
      )}
      {graph.map(({ name, kind }) => {
        const { x, y } = places.get(name) ?? { x: 0, y: 0 }
        return (
          <g key={name} class={`node ${phases.get(name) ?? 'unwatched'}`}>
            <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={kind === 'store' ? 20 : 8} />
            <circle cx={x + 18} cy={y + HEIGHT / 2} r={4.5} />
            <text x={x + 31} y={y + HEIGHT / 2 + 4.5}>
              {name.length > 14 ? `${name.slice(0, 13)}…` : name}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

/** Each right of all that call it, but for those that call back, as for keys. */
function columnsOf(graph: readonly GraphNode[]): string[][] {
  const depths = new Map<string, number>()
  const visit = (name: string, depth: number, path: readonly string[]): void => {
    depths.set(name, Math.max(depths.get(name) ?? 0, depth))
    for (const called of graph.find((node) => node.name === name)?.calls ?? [])
      if (!path.includes(called)) visit(called, depth + 1, [...path, name, called])
  }
  const isCalled = ({ name }: GraphNode) => graph.some(({ calls }) => calls.includes(name))
  // Of those that call one another, the first to be asked starts last.
  const pages = graph.filter(({ kind }) => kind === 'page')
  const roots = [...pages, ...graph.filter((node) => !isCalled(node)), ...graph.toReversed()]
  for (const { name } of roots) if (!depths.has(name)) visit(name, 0, [name])
  const order = [...new Set(depths.values())].sort((one, other) => one - other)
  return order.map((at) => graph.filter(({ name }) => depths.get(name) === at).map(({ name }) => name))
}

interface Place {
  readonly x: number
  readonly y: number
}

function lineBetween(from: Place | undefined, to: Place | undefined): string {
  if (!from || !to) return ''
  const [y1, y2] = [from.y + HEIGHT / 2, to.y + HEIGHT / 2]
  const isBack = to.x <= from.x
  const [x1, x2] = isBack ? [from.x, to.x + WIDTH] : [from.x + WIDTH, to.x]
  const bend = Math.max(24, Math.abs(x2 - x1) / 2) * (isBack ? -1 : 1)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
