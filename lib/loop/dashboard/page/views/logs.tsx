import { useState } from 'preact/hooks'
import type { NumberedLine } from '../../page-data.ts'
import { Copy } from '../parts/copy.tsx'
import { Choice, Search, ServiceChoice } from '../parts/filters.tsx'
import { preciseClock } from '../parts/format.ts'
import { LineList } from '../parts/line-list.tsx'
import { ServiceName } from '../parts/service.tsx'
import { ask, linkTo, route, run } from '../route.ts'

/** What the services and the loop wrote, 100,000 lines of it. */
export function Logs() {
  const { contains, service, level, request, trace } = route.value.about
  const [chosen, choose] = useState<NumberedLine>()
  return (
    <>
      <search class="bar">
        <Search label="Search" />
        <ServiceChoice />
        <Choice
          name="level"
          label="Level"
          all="All levels"
          choices={[
            ['info', 'Info and worse'],
            ['warning', 'Warnings and worse'],
            ['error', 'Errors'],
          ]}
        />
        <Mark name="request" value={request} />
        <Mark name="trace" value={trace} />
      </search>
      <div class={chosen ? 'logs-two' : 'logs-one'}>
        <LineList wanted={{ contains, service, level, request, trace }} chosen={chosen} choose={choose} />
        {chosen && <Line line={chosen} close={() => choose(undefined)} />}
      </div>
    </>
  )
}

function Mark({ name, value }: { name: string; value: string | undefined }) {
  if (!value) return null
  return (
    <button type="button" class="mark" onClick={() => ask({ [name]: undefined })}>
      {name} {value.slice(0, 8)} <span aria-hidden="true">×</span>
      <span class="unseen">no longer only this one</span>
    </button>
  )
}

function Line({ line, close }: { line: NumberedLine; close: () => void }) {
  const { at, service, level, text, below, requestId, traceId } = line
  return (
    <aside class="card line-details" aria-label="The chosen line">
      <div class="row">
        <ServiceName name={service} />
        <span class={`level ${level}`}>{level}</span>
        <span class="dim grow">{preciseClock(at)}</span>
        <button type="button" class="small" onClick={close}>
          Close
        </button>
      </div>
      <pre>{[text, ...(below ?? [])].join('\n')}</pre>
      <div class="row">
        <Copy text={[text, ...(below ?? [])].join('\n')} label="Copy the line" />
        {traceId && (
          <a class="button small" href={linkTo('traces', { run: run.value }, traceId)}>
            Its trace
          </a>
        )}
        {requestId && (
          <button type="button" class="small" onClick={() => ask({ request: requestId })}>
            Its request's lines
          </button>
        )}
      </div>
    </aside>
  )
}
