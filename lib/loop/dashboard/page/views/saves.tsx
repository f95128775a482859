import type { Span } from '../../../record/kinds.ts'
import type { SavesAnswer } from '../../page-data.ts'
import { counts } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Empty } from '../parts/empty.tsx'
import { clock, lasting, percentile } from '../parts/format.ts'
import { Plot } from '../parts/plot.tsx'
import { ServiceName } from '../parts/service.tsx'

/** Of the list. */
const SHOWN = 200

/** Each save on its way from the disk to what is served, and why not where it is not. */
export function Saves() {
  const answer = useAnswer<SavesAnswer>('saves', {}, counts.spans)
  const { moves, before } = answer ?? { moves: [], before: [] }
  const saves = moves.filter(({ name }) => name === 'save')
  const whole = moves.filter(
    ({ name, parentId, service }) => service === 'loop' && !parentId && name !== 'save',
  )
  const newest = saves.toReversed().slice(0, SHOWN)
  const most = Math.max(...newest.map(({ milliseconds }) => milliseconds), 1)
  return (
    <>
      {saves.length > 0 && (
        <div class="two">
          <section class="card">
            <h2>How fast</h2>
            <Percentiles saves={saves} before={before} />
          </section>
          <section class="card">
            <h2>Over the time</h2>
            <OverTime saves={saves.filter(({ failed }) => !failed)} />
          </section>
        </div>
      )}
      <section class="card">
        <h2>
          Saves{' '}
          <span class="key dim">
            <i class="seen-fill" /> until it is seen <i class="wait-fill" /> until it is read{' '}
            <i class="reload-fill" /> compile and start
          </span>
        </h2>
        {answer && newest.length === 0 && <Empty>No source file has been saved in this run.</Empty>}
        <ul class="plain">
          {newest.map((save) => (
            <Save
              key={save.spanId}
              save={save}
              most={most}
              parts={moves.filter(({ parentId }) => parentId === save.spanId)}
            />
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>Deployments and the like</h2>
        {answer && whole.length === 0 && <Empty>Nothing has been deployed in this run yet.</Empty>}
        <ul class="plain">
          {whole
            .toReversed()
            .slice(0, SHOWN)
            .map((move) => (
              <Deployment
                key={move.spanId}
                move={move}
                parts={moves.filter(({ parentId }) => parentId === move.spanId)}
              />
            ))}
        </ul>
      </section>
    </>
  )
}

function Save({ save, parts, most }: { save: Span; parts: readonly Span[]; most: number }) {
  const { at, milliseconds, failed, attributes } = save
  const of = (name: string) => parts.find((part) => part.name === name)
  const [seen, reload] = [of('seen'), of('reload')]
  const width = (part: number) => ({ width: `${(100 * part) / most}%` })
  const unseen = seen?.milliseconds ?? 0
  const read = reload ? reload.at - at : unseen
  const steps = [
    `saved ${clock(at)}`,
    ...(seen ? [`seen after ${lasting(seen.milliseconds)}`] : []),
    ...(reload
      ? [`read after ${lasting(read)}`, `compiled and started in ${lasting(reload.milliseconds)}`]
      : []),
    failed ? `not served: ${attributes.why}` : `served after ${lasting(milliseconds)}`,
  ]
  return (
    <li class="save">
      <div class="row">
        <span class="dim">{clock(at)}</span>
        <ServiceName name={String(attributes.service)} />
        <span class="grow clip">{attributes.file}</span>
        <b class={`number ${failed ? 'bad' : ''}`}>{failed ? 'not served' : lasting(milliseconds)}</b>
      </div>
      <div class="save-bar" role="img" aria-label={steps.join(', ')} title={steps.join(', ')}>
        <i class="seen-fill" style={width(unseen)} />
        <i class="wait-fill" style={width(Math.max(0, read - unseen))} />
        <i
          class={failed ? 'bad-fill' : 'reload-fill'}
          style={width(reload?.milliseconds ?? milliseconds - unseen)}
        />
      </div>
      {failed && <p class="why">{attributes.why}</p>}
    </li>
  )
}

function Percentiles({ saves, before }: { saves: readonly Span[]; before: readonly Span[] }) {
  const services = [...new Set(saves.map(({ attributes }) => String(attributes.service)))]
  const of = (spans: readonly Span[], service: string) =>
    spans
      .filter((span) => !span.failed && span.attributes.service === service)
      .map(({ milliseconds }) => milliseconds)
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">saves</th>
          <th scope="col">p50</th>
          <th scope="col">p95</th>
          <th scope="col">earlier runs: p50</th>
          <th scope="col">p95</th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => {
          const [now, then] = [of(saves, service), of(before, service)]
          const timeOf = (values: readonly number[], share: number) =>
            values.length > 0 ? lasting(percentile(values, share)) : '–'
          return (
            <tr key={service}>
              <th scope="row">
                <ServiceName name={service} />
              </th>
              <td>{now.length}</td>
              <td>{timeOf(now, 0.5)}</td>
              <td>{timeOf(now, 0.95)}</td>
              <td>{timeOf(then, 0.5)}</td>
              <td>{timeOf(then, 0.95)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function OverTime({ saves }: { saves: readonly Span[] }) {
  const services = [...new Set(saves.map(({ attributes }) => String(attributes.service)))]
  const sorted = saves.toSorted((one, other) => one.at - other.at)
  const series = services.map((label) => ({
    label,
    values: sorted.map(({ attributes, milliseconds }) =>
      attributes.service === label ? milliseconds : null,
    ),
  }))
  const label = `${saves.length} saves, each with how long it took until it was served`
  return <Plot times={sorted.map(({ at }) => at)} series={series} format={lasting} label={label} points />
}

function Deployment({ move, parts }: { move: Span; parts: readonly Span[] }) {
  const { name, at, milliseconds, failed, attributes } = move
  return (
    <li class="save">
      <div class="row">
        <span class="dim">{clock(at)}</span>
        <b>{name}</b>
        <span class="grow clip dim">
          {parts.map((part) => `${part.name} ${lasting(part.milliseconds)}`).join(' · ')}
        </span>
        <b class={`number ${failed ? 'bad' : ''}`}>
          {failed ? 'failed' : milliseconds === 0 ? 'passed' : ''} {milliseconds > 0 && lasting(milliseconds)}
        </b>
      </div>
      {attributes.why && <p class="why">{attributes.why}</p>}
    </li>
  )
}
