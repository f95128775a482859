import { MOVERS, type Mover } from './moves.ts'
import { summary } from './statistics.ts'

/** What is drawn of a move of a loop. */
export interface ChartBar {
  readonly subject: string
  readonly move: string
  /** Milliseconds. */
  readonly there: readonly number[]
}

/** As each bar is labelled. */
const NAMES: Readonly<Record<Mover, string>> = {
  host: 'npm run dev on this machine',
  loop: 'npm run dev in the cluster',
  stock: 'skaffold dev',
  tilt: 'tilt up',
}
const LABELS: Readonly<Record<string, string>> = {
  packages: 'Python package added',
  migration: 'migration saved',
  settings: 'setting changed',
  model: 'model of a service changed',
}
/** Pixels: the drawing, where bars begin, the longest, and heights of a bar and of a heading. */
const [WIDTH, LEFT, LONGEST, BAR, HEAD] = [760, 232, 440, 20, 30]

/**
 * The medians of moves there as bars, each move in a scale of its own: the slowest loop's bar is the longest.
 *
 * @returns an SVG; undefined where fewer than two loops have been measured, so that there is nothing to compare
 */
export function chart(results: readonly ChartBar[]): string | undefined {
  const loops = MOVERS.filter((name) => results.some(({ subject }) => subject === name))
  if (loops.length < 2) return undefined
  let y = HEAD
  const lines: string[] = []
  for (const move of new Set(results.map((result) => result.move))) {
    const bars = loops.flatMap((subject) => {
      const seen = results.find((result) => result.move === move && result.subject === subject)
      const median = summary(seen?.there ?? [])?.p50
      return median === undefined ? [] : [{ subject, median }]
    })
    const most = Math.max(...bars.map(({ median }) => median))
    lines.push(`<text class="head" x="8" y="${y}">${escaped(LABELS[move] ?? move)}</text>`)
    for (const { subject, median } of bars) {
      y += BAR
      const width = Math.max(1, Math.round((median / most) * LONGEST))
      lines.push(
        `<text x="${LEFT - 8}" y="${y}" text-anchor="end">${NAMES[subject]}</text>`,
        `<rect class="${subject}" x="${LEFT}" y="${y - 11}" width="${width}" height="13" rx="2"/>`,
        `<text x="${LEFT + width + 6}" y="${y}">${seconds(median)} s</text>`,
      )
    }
    y += HEAD
  }
  const text = `Median seconds from a change until it is what runs, of ${loops.map((name) => NAMES[name]).join(', ')}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title">
<title id="title">${text}</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .head { font-weight: 600 }
.host, .loop { fill: #0969da } .stock, .tilt { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .host, .loop { fill: #4493f8 } .stock, .tilt { fill: #767f8a } }
</style>
${lines.join('\n')}
</svg>
`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
