import type { KeptLine, TraceSummary } from '../record/kinds.ts'
import { clock } from '../screen/clock.ts'
import { logText } from '../screen/log-text.ts'
import type { Paint } from '../screen/paint.ts'
import type { LoopStatus, WaitAnswer } from '../session/questions.ts'

const COLOUR = { ready: 'green', failing: 'red' } as const

/** The state of a loop, a line a service. */
export function statusLines(
  { stack, where, sources, services, findings, links, dashboard, activity }: LoopStatus,
  paint: Paint,
): string[] {
  const labels = [...services.map(({ name }) => name), ...Object.keys(links)]
  const column = Math.max(...labels.map(({ length }) => length)) + 2
  return [
    `${stack} on ${where}, sources ${sources}`,
    ...services.flatMap(({ name, phase, why, cure, saved, served }) => {
      const last = served ? `${served.path} served after ${served.milliseconds} ms` : ''
      const about = why ?? (saved ? `${saved.path} saved ${saved.at}` : last)
      const word = phase === 'ready' || phase === 'failing' ? paint(COLOUR[phase], phase) : phase
      return [
        `  ${name.padEnd(column)}${word}${about ? `  ${about}` : ''}`,
        ...(cure ? [`  ${' '.repeat(column)}→ ${cure}`] : []),
      ]
    }),
    ...findings.flatMap(({ where, message, cure }) => [`  ${where}: ${message}`, `    → ${cure}`]),
    ...Object.entries(links).map(([label, url]) => `  ${label.padEnd(column)}${url}`),
    ...(dashboard ? [`  dashboard ${dashboard}`] : []),
    activity,
  ]
}

export function waitedLines({ outcome, message, cure }: WaitAnswer, paint: Paint): string[] {
  const sign = outcome === 'yes' ? paint('green', '✓') : paint('red', '✗')
  const why = outcome === 'timeout' ? `Not within the time: ${message}` : message
  return [`${sign} ${why}`, ...(cure ? [`  → ${cure}`] : [])]
}

/** A trace a line. */
export function traceLines(traces: readonly TraceSummary[], paint: Paint): string[] {
  const [names, services] = [
    widest(traces.map(({ name }) => name)),
    widest(traces.map(({ service }) => service)),
  ]
  return traces.map(({ at, milliseconds, service, name, spans, failed, traceId }) => {
    const took = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`.padStart(9)
    const marks = failed > 0 ? paint('red', `  ${failed} failed`) : ''
    return `${clock(at)} ${took}  ${service.padEnd(services)}  ${name.padEnd(names)}  ${spans} spans  ${traceId}${marks}`
  })
}

function widest(words: readonly string[]): number {
  return Math.max(0, ...words.map(({ length }) => length))
}

export function lineText(kept: KeptLine, names: readonly string[], paint: Paint): string {
  const { requestId, below = [], at, level, text, service } = kept
  const line = { time: at, level, text, below, ...(requestId ? { requestId } : {}) }
  return logText({ service, line, at }, names, paint).join('\n')
}
