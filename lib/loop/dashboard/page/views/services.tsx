import { useState } from 'preact/hooks'
import type { Span, TraceSummary } from '../../../record/kinds.ts'
import type { LoopStatus } from '../../../session/questions.ts'
import type { SavesAnswer, StatusAnswer } from '../../page-data.ts'
import { counts, overview, restart } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Copy } from '../parts/copy.tsx'
import { Cure } from '../parts/cure.tsx'
import { Empty } from '../parts/empty.tsx'
import { clock, lasting } from '../parts/format.ts'
import { Graph } from '../parts/graph.tsx'
import { ServiceName } from '../parts/service.tsx'
import { linkTo, run } from '../route.ts'
import { TraceRows } from './traces.tsx'

/** Of each list beside the services. */
const SHOWN = 6

type Service = LoopStatus['services'][number]

/** The first view: how all is, and what to look at next. */
export function Services() {
  const earlier = useAnswer<StatusAnswer>('status')
  const { status, graph } = run.value === undefined ? overview.value : (earlier ?? overview.value)
  const traces = useAnswer<TraceSummary[]>('traces', { slow: true }, counts.spans)
  const answer = useAnswer<SavesAnswer>('saves', {}, counts.spans)
  const saves = answer?.moves.filter(({ name }) => name === 'save').toReversed()
  return (
    <>
      <FindingsNow findings={status?.findings ?? []} />
      <section class="card graph-card" aria-label="Who calls whom">
        <Graph graph={graph} status={status} />
      </section>
      <ul class="services" aria-label="Services">
        {(status?.services ?? []).map((service) => (
          <ServiceCard key={service.name} service={service} />
        ))}
      </ul>
      <div class="two">
        <section class="card">
          <h2>
            Slowest requests <a href={linkTo('traces', { slow: 'true', run: run.value })}>all traces</a>
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

function ServiceCard({ service }: { service: Service }) {
  const { name, phase, why, cure, pods, saved, served } = service
  const [outcome, setOutcome] = useState('')
  const [isBusy, setBusy] = useState(false)
  const renew = async () => {
    setBusy(true)
    setOutcome(`${name} is being made anew…`)
    setOutcome((await restart(name)) ?? `${name} is made anew.`)
    setBusy(false)
  }
  const ready = pods.filter((pod) => pod.ready).length
  return (
    <li class={`card service-card ${phase}`}>
      <div class="row">
        <h2>
          <ServiceName name={name} />
        </h2>
        <span class={`phase ${phase}`}>{phase}</span>
      </div>
      {why && <p class="why">{why}</p>}
      {cure && (
        <p class="cure">
          <span>
            <b>Cure</b> {cure}
          </span>{' '}
          <Copy text={cure} />
        </p>
      )}
      <p class="dim clip">
        {saved
          ? `${saved.path} saved ${clock(Date.parse(saved.at))}`
          : served
            ? `${served.path} served after ${lasting(served.milliseconds)}`
            : `${ready} of ${pods.length} ready`}
      </p>
      <div class="row">
        <a class="button small" href={linkTo('logs', { service: name, run: run.value })}>
          Logs<span class="unseen"> of {name}</span>
        </a>
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

function FindingsNow({ findings }: { findings: LoopStatus['findings'] }) {
  if (findings.length === 0) return null
  return (
    <section class="card finding" aria-label="What is wrong">
      {findings.map(({ cause, where, message, cure }) => (
        <div key={`${cause} ${where}`}>
          <p class="why">
            {where}: {message}
          </p>
          <Cure text={cure} />
        </div>
      ))}
    </section>
  )
}
