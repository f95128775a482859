import { useSignalEffect } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { LinesAnswer, NumberedLine } from '../../page-data.ts'
import { ask, counts } from '../ask.ts'
import { type About, run } from '../route.ts'
import { Empty } from './empty.tsx'
import { preciseClock } from './format.ts'
import { ServiceName } from './service.tsx'

/** Pixels of a line, as the style sheet has it; lines of one answer; lines beyond the edge that are drawn. */
const [LINE, PART, BEYOND] = [24, 200, 12]

/** Lines in a list of which only what is seen is there; it stays at its end as long as that is seen. */
export function LineList({
  wanted,
  chosen,
  choose,
}: {
  wanted: About
  chosen: NumberedLine | undefined
  choose: (line: NumberedLine | undefined) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const [isAtEnd, setAtEnd] = useState(true)
  const { total, lineAt } = useLines(wanted, view, isAtEnd)
  const [focused, focus] = useState<number>()
  useLayoutEffect(() => {
    const element = place.current
    if (element && isAtEnd) element.scrollTop = element.scrollHeight
  }, [total, isAtEnd])
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const watch = new ResizeObserver(look)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const onScroll = () => {
    const element = place.current
    if (!element) return
    const { scrollTop, clientHeight, scrollHeight } = element
    setView({ top: scrollTop, height: clientHeight })
    setAtEnd(scrollHeight - scrollTop - clientHeight < LINE)
  }
  const go = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to))
    const element = place.current
    if (!element) return
    const [above, below] = [index * LINE, (index + 1) * LINE]
    if (above < element.scrollTop) element.scrollTop = above
    if (below > element.scrollTop + element.clientHeight) element.scrollTop = below - element.clientHeight
    focus(index)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = focused ?? (isAtEnd ? total : Math.floor(view.top / LINE))
    const page = Math.max(1, Math.floor(view.height / LINE) - 1)
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: total - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) go(to)
    else if (event.key === 'Enter' && focused !== undefined) choose(lineAt(focused))
    else if (event.key === 'Escape') choose(undefined)
    else return
    event.preventDefault()
  }
  const onClick = ({ target }: MouseEvent) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    if (!row) return
    const index = Number(row.dataset.index)
    focus(index)
    choose(lineAt(index))
  }
  const first = Math.max(0, Math.floor(view.top / LINE) - BEYOND)
  const last = Math.min(total, Math.ceil((view.top + view.height) / LINE) + BEYOND)
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index)
  return (
    <div class="line-list">
      <div
        class="lines"
        ref={place}
        role="listbox"
        aria-label="Log lines"
        tabIndex={0}
        aria-activedescendant={focused === undefined ? undefined : `line-${focused}`}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div class="lines-whole" style={{ height: `${total * LINE}px` }} role="presentation">
          {shown.map((index) => (
            <Line
              key={index}
              index={index}
              total={total}
              line={lineAt(index)}
              isFocused={index === focused}
              isChosen={chosen !== undefined && lineAt(index)?.id === chosen.id}
            />
          ))}
        </div>
      </div>
      <p class="foot dim">
        <span role="status">{total.toLocaleString('en-GB')} lines</span>
        {!isAtEnd && (
          <button type="button" class="small" onClick={() => setAtEnd(true)}>
            To the newest ↓
          </button>
        )}
      </p>
      {total === 0 && <Empty>No such line.</Empty>}
    </div>
  )
}

function Line(about: {
  index: number
  total: number
  line: NumberedLine | undefined
  isFocused: boolean
  isChosen: boolean
}) {
  const { index, total, line, isFocused, isChosen } = about
  return (
    <div
      id={`line-${index}`}
      class={`line ${line?.level ?? ''} ${isFocused ? 'focused' : ''}`}
      style={{ top: `${index * LINE}px` }}
      role="option"
      aria-selected={isChosen}
      aria-posinset={index + 1}
      aria-setsize={total}
      data-index={index}
      tabIndex={-1}
    >
      {line && (
        <>
          <span class="dim time">{preciseClock(line.at)}</span>
          <ServiceName name={line.service} />
          {line.level !== 'info' && <span class={`level ${line.level}`}>{line.level}</span>}
          <span class="text">
            {line.text}
            {line.below && <span class="dim"> ⏎ {line.below.at(-1)}</span>}
          </span>
        </>
      )}
    </div>
  )
}

/** Parts of the list as they are looked at, the last one anew when there is more. */
function useLines(wanted: About, view: { top: number; height: number }, isAtEnd: boolean) {
  const [total, setTotal] = useState(0)
  const parts = useRef(new Map<number, readonly NumberedLine[]>())
  const [, redraw] = useState(0)
  const key = JSON.stringify([wanted, run.value])
  const present = useRef('')
  const load = async (part: number | undefined) => {
    const from = part === undefined ? {} : { from: part * PART }
    const answer = await ask<LinesAnswer>('lines', { ...wanted, run: run.value, count: PART, ...from })
    if (!answer || present.current !== key) return
    answer.lines.forEach((line, index) => {
      const at = answer.from + index
      const within = parts.current.get(Math.floor(at / PART)) ?? []
      const next = [...within]
      next[at % PART] = line
      parts.current.set(Math.floor(at / PART), next)
    })
    setTotal(answer.total)
    redraw((count) => count + 1)
  }
  useEffect(() => {
    present.current = key
    parts.current = new Map()
    void load(undefined)
  }, [key])
  const news = useRef({ isBusy: false, isStale: false, load })
  news.current.load = load
  // One at a time: what comes meanwhile is asked for once, after it.
  const again = () => {
    const state = news.current
    state.isStale = state.isBusy
    if (state.isBusy) return
    state.isBusy = true
    void state.load(undefined).finally(() => {
      state.isBusy = false
      if (state.isStale) again()
    })
  }
  useSignalEffect(() => {
    void counts.lines.value
    if (run.value === undefined) again()
  })
  useEffect(() => {
    const [first, last] = [view.top / LINE, (view.top + view.height) / LINE]
    for (
      let part = Math.floor(first / PART);
      part <= Math.floor(last / PART) && part * PART < total;
      part += 1
    ) {
      const has = parts.current.get(part)
      if (has && Object.keys(has).length >= Math.min(PART, total - part * PART)) continue
      if (has?.length === 0) continue
      if (!has) parts.current.set(part, [])
      void load(part)
    }
  }, [view.top, view.height, total, key, isAtEnd])
  return {
    total,
    lineAt: (index: number) => parts.current.get(Math.floor(index / PART))?.[index % PART],
  }
}
