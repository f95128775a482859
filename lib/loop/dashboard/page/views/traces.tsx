import type { TraceSummary } from '../../../record/kinds.ts'
import { counts } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Empty } from '../parts/empty.tsx'
import { Search, ServiceChoice, Toggle } from '../parts/filters.tsx'
import { clock, lasting } from '../parts/format.ts'
import { ServiceName } from '../parts/service.tsx'
import { linkTo, route, run } from '../route.ts'

export function Traces() {
  const { contains, service, failed, slow = 'true', request } = route.value.about
  const wanted = { contains, service, failed, slow, request }
  const traces = useAnswer<TraceSummary[]>('traces', wanted, counts.spans)
  return (
    <>
      <search class="bar">
        <Search label="Search names and attributes" />
        <ServiceChoice />
        <Toggle name="failed" label="Failed" />
        <Order />
        <span class="dim">{traces?.length ?? 0} traces</span>
      </search>
      {traces && traces.length === 0 ? (
        <Empty>No such request has been traced. Use the page of the application, and look again.</Empty>
      ) : (
        <div class="card">
          <TraceRows traces={traces ?? []} />
        </div>
      )}
    </>
  )
}

function Order() {
  const isNewest = route.value.about.slow === 'no'
  return (
    <a class="button" href={linkTo('traces', { ...route.value.about, slow: isNewest ? undefined : 'no' })}>
      {isNewest ? 'Newest first' : 'Slowest first'}
    </a>
  )
}

/** Each with a bar as long as it took, the longest of these the whole width. */
export function TraceRows({ traces }: { traces: readonly TraceSummary[] }) {
  const most = Math.max(...traces.map(({ milliseconds }) => milliseconds), 1)
  return (
    <ul class="plain trace-rows">
      {traces.map(({ traceId, at, name, services, milliseconds, spans, failed }) => (
        <li key={traceId}>
          <a href={linkTo('traces', { run: run.value }, traceId)}>
            <span class="dim time">{clock(at)}</span>
            <span class="grow clip name">{name}</span>
            <span class="who clip">
              {services.map((service) => (
                <ServiceName key={service} name={service} />
              ))}
            </span>
            <span class="dim number">{spans === 1 ? '1 span' : `${spans} spans`}</span>
            <span class="bad number">{failed > 0 && `${failed} failed`}</span>
            <span class="number took">{lasting(milliseconds)}</span>
            <span class="share" aria-hidden="true">
              <i class={failed > 0 ? 'bad-fill' : ''} style={{ width: `${(100 * milliseconds) / most}%` }} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
