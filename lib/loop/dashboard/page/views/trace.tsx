import { useState } from 'preact/hooks'
import type { Span } from '../../../record/kinds.ts'
import type { NumberedLine, TraceAnswer } from '../../page-data.ts'
import { counts } from '../ask.ts'
import { useAnswer } from '../parts/asked.ts'
import { Copy } from '../parts/copy.tsx'
import { Empty } from '../parts/empty.tsx'
import { lasting, preciseClock } from '../parts/format.ts'
import { colourClass, ServiceName } from '../parts/service.tsx'
import { linkTo, run } from '../route.ts'

/** Spans that are drawn; the rest is counted. */
const MOST = 1500
/** Pixels right of the longest bar, for how long it took. */
const ROOM = 72

/** A request through the services: its spans as a waterfall, and what was logged on the way beside them. */
export function Trace({ id }: { id: string }) {
  const answer = useAnswer<TraceAnswer>('trace', { trace: id }, counts.spans)
  const [chosen, choose] = useState<string>()
  if (!answer) return null
  const { spans, lines } = answer
  if (spans.length === 0) return <Empty>Nothing of this trace is kept any more.</Empty>
  const rows = treeOf(spans).slice(0, MOST)
  const from = Math.min(...spans.map(({ at }) => at))
  const whole = Math.max(...spans.map(({ at, milliseconds }) => at + milliseconds)) - from || 1
  const span = spans.find(({ spanId }) => spanId === chosen)
  return (
    <>
      <p class="dim">
        {rows[0]?.span.name} · {lasting(whole)} · {spans.length} spans · {preciseClock(from)} ·{' '}
        <code>{id}</code> <Copy text={id} label="Copy the id" />{' '}
        <a href={linkTo('logs', { trace: id, run: run.value })}>its logs</a>
      </p>
      <div class="trace-two">
        <div class="card waterfall">
          <div class="scale dim" aria-hidden="true">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <span key={share}>{lasting(whole * share)}</span>
            ))}
          </div>
          <ul class="plain">
            {rows.map(({ span, depth }) => (
              <li key={span.spanId}>
                <SpanRow
                  span={span}
                  depth={depth}
                  from={from}
                  whole={whole}
                  isChosen={span.spanId === chosen}
                  choose={() => choose(span.spanId === chosen ? undefined : span.spanId)}
                />
              </li>
            ))}
          </ul>
          {spans.length > MOST && <Empty>and {spans.length - MOST} more spans</Empty>}
        </div>
        <aside>
          {span && <Details span={span} from={from} />}
          <TraceLines
            lines={span ? lines.filter(({ spanId }) => spanId === chosen) : lines}
            of={span?.name}
            from={from}
          />
        </aside>
      </div>
    </>
  )
}

function SpanRow(about: {
  span: Span
  depth: number
  from: number
  whole: number
  isChosen: boolean
  choose: () => void
}) {
  const { span, depth, from, whole, isChosen, choose } = about
  const { service, name, at, milliseconds, failed } = span
  const [left, width] = [(at - from) / whole, milliseconds / whole]
  const across = (share: number) => `calc((100% - ${ROOM}px) * ${share})`
  return (
    <button type="button" class="span-row" aria-pressed={isChosen} onClick={choose}>
      <span class="label clip" style={{ paddingInlineStart: `${Math.min(depth, 12) * 12}px` }}>
        <ServiceName name={service} /> <span class={failed ? 'bad' : ''}>{name}</span>
      </span>
      <span class="lane">
        <i
          class={failed ? 'bad-fill' : `fill ${colourClass(service)}`}
          style={{ left: across(left), width: across(Math.max(width, 0.003)) }}
        />
        <span style={{ left: across(left + width) }}>{lasting(milliseconds)}</span>
      </span>
    </button>
  )
}

function Details({ span, from }: { span: Span; from: number }) {
  return (
    <section class="card" aria-label="The chosen span">
      <h2 class="clip">{span.name}</h2>
      <p class="dim">
        <ServiceName name={span.service} /> · {lasting(span.milliseconds)} · from {lasting(span.at - from)} on
        {span.failed && <span class="bad"> · failed</span>}
      </p>
      <dl>
        {Object.entries(span.attributes).map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function TraceLines({
  lines,
  of,
  from,
}: {
  lines: readonly NumberedLine[]
  of: string | undefined
  from: number
}) {
  return (
    <section class="card" aria-label="Its log lines">
      <h2>Logs{of ? ' of this span' : ''}</h2>
      {lines.length === 0 && <Empty>Nothing was logged{of ? ' within this span' : ''}.</Empty>}
      <ul class="plain">
        {lines.map(({ id, at, service, level, text }) => (
          <li key={id} class={`trace-line ${level}`}>
            <span class="dim number">+{lasting(Math.max(0, at - from))}</span> <ServiceName name={service} />
            <span class="words">{text}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Each after its parent, with how deep it is; whose parent is not kept comes first. */
function treeOf(spans: readonly Span[]): { span: Span; depth: number }[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const children = new Map<string | undefined, Span[]>()
  for (const span of spans) {
    const parent = span.parentId !== undefined && ids.has(span.parentId) ? span.parentId : undefined
    children.set(parent, [...(children.get(parent) ?? []), span])
  }
  const below = (parent: string | undefined, depth: number): { span: Span; depth: number }[] =>
    (children.get(parent) ?? []).flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)])
  return below(undefined, 0)
}
