import type { LoopStatus } from '../session/questions.ts'
import type { KeptLine, PastFinding, Span } from './kinds.ts'

/** What a page tells of a run. */
export interface RunReport {
  readonly name: string
  readonly status: LoopStatus | undefined
  readonly findings: readonly PastFinding[]
  readonly saves: readonly Span[]
  /** The spans of each. */
  readonly traces: readonly (readonly Span[])[]
  readonly lines: readonly KeptLine[]
}

const STYLE = `:root{color-scheme:light dark}body{font:14px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:start;padding:3px 8px;border-bottom:1px solid #8884;vertical-align:top}
.bad{color:light-dark(#b42318,#ff8f84)}.bar{display:block;height:6px;background:light-dark(#4f46e5,#a5b4fc);min-width:2px}
td:last-child{width:35%}code,pre{font-size:12.5px;white-space:pre-wrap;overflow-wrap:anywhere}`

/** One file of HTML without a script, that shows a run to whoever was not there. */
export function accountPage({ name, status, findings, saves, traces, lines }: RunReport): string {
  const most = Math.max(...saves.map(({ milliseconds }) => milliseconds), 1)
  const services = (status?.services ?? []).map(({ name, phase, why = '', cure = '' }) =>
    row([name, phase, why, cure], phase === 'failing'),
  )
  const wrong = findings.map(({ at, gone, where, message, cure }) =>
    row(
      [time(at), gone === undefined ? 'still' : `until ${time(gone)}`, `${where}: ${message}`, cure],
      gone === undefined,
    ),
  )
  const saved = saves.map(({ at, milliseconds, failed, attributes }) =>
    row(
      [
        time(at),
        String(attributes.service),
        String(attributes.file),
        failed ? String(attributes.why) : took(milliseconds),
      ],
      failed,
      bar(0, milliseconds / most),
    ),
  )
  const entries = lines.map(({ at, service, level, text, below = [] }) =>
    row([time(at), service, level, [text, ...below].join('\n')], level === 'error'),
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(status?.stack ?? 'dev loop')}, run of ${text(name)}</title>
<style>${STYLE}</style>
<h1>${text(status?.stack ?? 'dev loop')}, run of ${text(name)}</h1>
<p>${text(status ? `${status.where}, sources ${status.sources}: ${status.activity}` : 'Nothing is known of its services.')}</p>
${part('Services', services)}${part('What was wrong', wrong)}${part('Saves', saved)}
<h2>Slowest requests</h2>${traces.map(waterfall).join('') || '<p>None was traced.</p>'}
${part('Warnings and errors', entries)}</html>
`
}

function part(title: string, rows: readonly string[]): string {
  return `<h2>${title}</h2>${rows.length > 0 ? `<table>${rows.join('\n')}</table>` : '<p>None.</p>'}\n`
}

function waterfall(spans: readonly Span[]): string {
  const from = Math.min(...spans.map(({ at }) => at))
  const whole = Math.max(...spans.map(({ at, milliseconds }) => at + milliseconds)) - from || 1
  const rows = spans.map(({ service, name, at, milliseconds, failed }) =>
    row([service, name, took(milliseconds)], failed, bar((at - from) / whole, milliseconds / whole)),
  )
  const [first] = spans
  return `<details><summary>${text(`${took(whole)} ${first?.name ?? ''} ${first?.traceId ?? ''}`)}</summary><table>${rows.join('\n')}</table></details>\n`
}

function row(cells: readonly string[], isBad: boolean, last = ''): string {
  const all = cells.map((cell) => `<td>${text(cell)}</td>`).join('')
  return `<tr${isBad ? ' class="bad"' : ''}>${all}${last && `<td>${last}</td>`}</tr>`
}

function bar(from: number, width: number): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`
  return `<span class="bar" style="margin-left:${percent(from)};width:${percent(width)}"></span>`
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

function took(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
}

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
