import type { MetricPoint } from '../../../record/kinds.ts'
import { counts } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Empty } from '../parts/empty.tsx'
import { Search, ServiceChoice } from '../parts/filters.tsx'
import { shortNumber } from '../parts/format.ts'
import { Plot } from '../parts/plot.tsx'
import { ServiceName } from '../parts/service.tsx'
import { route } from '../route.ts'
import { charts } from './charts.ts'

/** Charts of one page. */
const SHOWN = 40

/** What the programs measure, a chart for each metric of each service. */
export function Metrics() {
  const { contains = '', service } = route.value.about
  const points = useAnswer<MetricPoint[]>('points', {}, counts.points) ?? []
  const all = charts(points).filter(
    (chart) => chart.name.includes(contains) && (service === undefined || chart.service === service),
  )
  return (
    <>
      <search class="bar">
        <Search label="Search metrics" />
        <ServiceChoice />
        <span class="dim">{all.length} metrics</span>
      </search>
      {all.length === 0 && <Empty>No program has told a metric yet.</Empty>}
      <div class="charts">
        {all.slice(0, SHOWN).map(({ service, name, unit, times, series }) => (
          <section key={`${service} ${name}`} class="card">
            <h2 class="clip">
              {name} <span class="dim">{unit}</span>
            </h2>
            <ServiceName name={service} />
            <Plot
              times={times}
              series={series}
              format={shortNumber}
              label={`${name} of ${service}, ${series.map(({ label, values }) => `${label || 'now'} ${shortNumber(values.findLast((value) => value !== null) ?? 0)}`).join(', ')} ${unit}`}
            />
          </section>
        ))}
      </div>
      {all.length > SHOWN && <Empty>and {all.length - SHOWN} more: search for them</Empty>}
    </>
  )
}
