import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { theme } from '../theme.ts'
import { clock } from './format.ts'

export interface Series {
  readonly label: string
  /** Null where there is none at that time. */
  readonly values: readonly (number | null)[]
}

/**
 * Lines over the time.
 *
 * @param times in milliseconds since 1970, ascending
 * @param label what a reader who does not see it is told
 */
export function Plot(about: {
  times: readonly number[]
  series: readonly Series[]
  format: (value: number) => string
  label: string
  points?: boolean
}) {
  const place = useRef<HTMLDivElement>(null)
  const { times, series, format, label: sentence, points = false } = about
  const shape = JSON.stringify([series.map(({ label }) => label), theme.value])
  const plot = useRef<uPlot | undefined>(undefined)
  const data = () =>
    [times.map((at) => at / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    const ink = colour(element, '--dim')
    const grid = { stroke: colour(element, '--line'), width: 1 }
    const axis = { stroke: ink, grid, ticks: grid, font: '11px system-ui' }
    const drawn = new uPlot(
      {
        width: element.clientWidth,
        height: 170,
        cursor: { points: { size: 6 } },
        scales: { y: { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, values: (_, marks) => marks.map((mark) => clock(mark * 1000)), space: 90 },
          { ...axis, size: 64, values: (_, marks) => marks.map((mark) => format(mark)) },
        ],
        series: [
          { label: 'at', value: (_, at) => (at === null ? '' : clock(at * 1000)) },
          ...series.map(({ label }, index) => ({
            label,
            stroke: colour(element, `--colour-${index % 8}`),
            width: points ? 0 : 1.75,
            points: { show: points, size: 7, fill: colour(element, `--colour-${index % 8}`) },
            spanGaps: true,
            // Where nothing is pointed at, the newest.
            value: ({ data }: uPlot, value: number | null, index: number) => {
              const shown = value ?? Array.from(data[index] ?? []).findLast((one) => one !== null)
              return shown === undefined || shown === null ? '' : format(shown)
            },
          })),
        ],
      },
      data(),
      element,
    )
    plot.current = drawn
    const watch = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: 170 }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.destroy()
    }
  }, [shape])
  useEffect(() => plot.current?.setData(data()), [about])
  return <div class="plot" ref={place} role="img" aria-label={sentence} />
}

/** A canvas knows no variables, and not which scheme is shown. */
function colour(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = ''
  return color
}
