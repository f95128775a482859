import { logText } from '../../lib/loop/screen/log-text.ts'
import { plain } from '../../lib/loop/screen/paint.ts'
import type { KeptLine } from '../../lib/loop/session/log-store.ts'
import type { LoopStatus, Waited } from '../../lib/loop/session/questions.ts'
import { colour } from '../../lib/shell/command.ts'

const COLOUR = { ready: 'green', failing: 'red' } as const

/** The state of a loop, a line a service. */
export function statusLines({
  stack,
  where,
  sources,
  services,
  findings,
  links,
  activity,
}: LoopStatus): string[] {
  const column = Math.max(...services.map(({ name }) => name.length)) + 2
  return [
    `${stack} on ${where}, sources ${sources}`,
    ...services.flatMap(({ name, phase, why, cure, saved, served }) => {
      const last = served ? `${served.path} served after ${served.milliseconds} ms` : ''
      const about = why ?? (saved ? `${saved.path} saved ${saved.at}` : last)
      const word = phase === 'ready' || phase === 'failing' ? colour(COLOUR[phase], phase) : phase
      return [
        `  ${name.padEnd(column)}${word}${about ? `  ${about}` : ''}`,
        ...(cure ? [`  ${' '.repeat(column)}→ ${cure}`] : []),
      ]
    }),
    ...findings.flatMap(({ where, message, cure }) => [`  ${where}: ${message}`, `    → ${cure}`]),
    ...Object.entries(links).map(([label, url]) => `  ${label.padEnd(column)}${url}`),
    activity,
  ]
}

export function waitedLines({ outcome, message, cure }: Waited): string[] {
  const sign = outcome === 'yes' ? colour('green', '✓') : colour('red', '✗')
  const why = outcome === 'timeout' ? `Not within the time: ${message}` : message
  return [`${sign} ${why}`, ...(cure ? [`  → ${cure}`] : [])]
}

export function lineText(line: KeptLine, names: readonly string[]): string {
  const { requestId, below = [], at, level, text, service } = line
  const shown = { time: at, level, text, below, ...(requestId ? { requestId } : {}) }
  return logText(service, shown, at, names, plain).join('\n')
}
