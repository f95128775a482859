import { useState } from 'preact/hooks'
import type { Span, TraceSummary } from '../../../record/kinds.ts'
import type { LoopStatus } from '../../../session/questions.ts'
import type { SavesAnswer, StatusAnswer } from '../../page-data.ts'
import { act, counts, overview } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Empty } from '../parts/empty.tsx'
import { clock, lasting } from '../parts/format.ts'
import { Graph } from '../parts/graph.tsx'
import { ServiceName } from '../parts/service.tsx'
import { WrongNow } from '../parts/wrong.tsx'
import { linkTo, run } from '../route.ts'
import { TraceRows } from './traces.tsx'

/** Of each list beside the services. */
const SHOWN = 6

type Service = LoopStatus['services'][number]

/** The first view: how all is, and what to look at next. */
export function Services() {
  const earlier = useAnswer<StatusAnswer>('status')
  const { status, graph } = run.value === undefined ? overview.value : (earlier ?? overview.value)
  const traces = useAnswer<TraceSummary[]>('traces', {}, counts.spans)
  const answer = useAnswer<SavesAnswer>('saves', {}, counts.spans)
  const saves = answer?.moves.filter(({ name }) => name === 'save').toReversed()
  return (
    <>
      <WrongNow status={status} />
      <section class="card graph-card" aria-label="Who calls whom">
        <Graph graph={graph} status={status} />
      </section>
      <ul class="services" aria-label="Services">
        {(status?.services ?? []).map((service) => (
          <ServiceCard
            key={service.name}
            service={service}
            documentation={graph.find(({ name }) => name === service.name)?.documentation}
          />
        ))}
      </ul>
      <div class="two">
        <section class="card">
          <h2>
            Last requests <a href={linkTo('traces', { run: run.value })}>the slowest</a>
            <a href={linkTo('traces', { failed: 'true', run: run.value })}>failed</a>
          </h2>
          {traces?.length === 0 ? (
            <Empty>No request has been traced yet.</Empty>
          ) : (
            <TraceRows traces={(traces ?? []).slice(0, SHOWN)} />
          )}
        </section>
        <section class="card">
          <h2>
            Last saves <a href={linkTo('saves', { run: run.value })}>all saves</a>
          </h2>
          {saves?.length === 0 ? (
            <Empty>Save a source file, and see here when it is served.</Empty>
          ) : (
            <LastSaves saves={(saves ?? []).slice(0, SHOWN)} />
          )}
        </section>
      </div>
    </>
  )
}

function LastSaves({ saves }: { saves: readonly Span[] }) {
  return (
    <ul class="plain">
      {saves.map(({ spanId, at, milliseconds, failed, attributes }) => (
        <li key={spanId} class="row">
          <span class="dim">{clock(at)}</span>
          <span class="grow clip">{attributes.file}</span>
          <span class={failed ? 'bad' : 'good'}>{failed ? 'does not start' : lasting(milliseconds)}</span>
        </li>
      ))}
    </ul>
  )
}

function ServiceCard({ service, documentation }: { service: Service; documentation: string | undefined }) {
  const { name, phase, why, pods, saved, served } = service
  const [outcome, setOutcome] = useState('')
  const [isBusy, setBusy] = useState(false)
  const renew = async () => {
    setBusy(true)
    setOutcome(`${name} is being made anew…`)
    setOutcome((await act({ restart: name })) ?? `${name} is made anew.`)
    setBusy(false)
  }
  const ready = pods.filter((pod) => pod.ready).length
  const last =
    why ??
    (saved
      ? `saved ${clock(Date.parse(saved.at))}: ${fileOf(saved.path)}`
      : served
        ? `served after ${lasting(served.milliseconds)}: ${fileOf(served.path)}`
        : `${ready} of ${pods.length} ready`)
  return (
    <li class={`card service-card ${phase}`}>
      <div class="row">
        <h2>
          <ServiceName name={name} />
        </h2>
        <span class={`phase ${phase}`}>{phase}</span>
      </div>
      <p class="dim clip" title={last}>
        {last}
      </p>
      <div class="row">
        <a class="button small" href={linkTo('logs', { service: name, run: run.value })}>
          Logs<span class="unseen"> of {name}</span>
        </a>
        {documentation && (
          <a class="button small" href={documentation} target="_blank" rel="noreferrer">
            API<span class="unseen"> of {name}</span>
          </a>
        )}
        {run.value === undefined && (
          <button type="button" class="small" disabled={isBusy} onClick={renew}>
            Restart<span class="unseen"> {name}</span>
          </button>
        )}
        <span class="dim clip" role="status">
          {outcome}
        </span>
      </div>
    </li>
  )
}

function fileOf(path: string): string {
  return path.split('/').at(-1) ?? path
}
