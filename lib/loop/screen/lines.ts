import { activity, type Phase, phase } from '../phase.ts'
import type { ServiceState, State } from '../state.ts'
import { clock } from './clock.ts'
import { colourOf, type Paint } from './paint.ts'

/** What stays the same while a loop runs. */
export interface ScreenPlace {
  /** The name of the stack. */
  readonly stack: string
  /** Like `minikube`, or `this machine`. */
  readonly where: string
  /** How a saved file comes to what runs. */
  readonly sources: 'mounted' | 'synced' | 'in place'
  /** Label → URL, like `page` → `http://localhost:8080`. */
  readonly links: Readonly<Record<string, string>>
  /** URL of the page about the loop itself. */
  readonly dashboard?: string
  /** Where all log lines are: a folder, or a command. */
  readonly logs: string
}

const FORMAT = {
  waiting: 'dim',
  building: 'yellow',
  installing: 'yellow',
  deploying: 'yellow',
  starting: 'yellow',
  syncing: 'yellow',
  ready: 'green',
  failing: 'red',
} as const

/**
 * The screen: a line for each service, what is wrong and its cure, where the page is, what the loop does.
 *
 * @param width of the terminal in columns; no line is longer
 * @param now in milliseconds since 1970
 */
export function screenLines(
  state: State,
  place: ScreenPlace,
  width: number,
  now: number,
  paint: Paint,
): string[] {
  const names = state.services.map(({ name }) => name)
  const column = Math.max(...names.map(({ length }) => length)) + 2
  const indent = ' '.repeat(2 + column)
  const fit = (text: string, taken: number) =>
    text.length + taken < width ? text : `${text.slice(0, Math.max(0, width - taken - 2))}…`
  const rule = `── ${place.stack} · ${place.where} · sources ${place.sources} `
  return [
    paint('dim', rule.padEnd(Math.max(0, width - 1), '─').slice(0, Math.max(0, width - 1))),
    ...state.services.flatMap((service) => {
      const is = phase(service, state)
      const name = paint(colourOf(service.name, names), service.name.padEnd(column))
      const detail = fit(about(service, is), indent.length + 11)
      const word = paint(FORMAT[is.name], detail ? is.name.padEnd(11) : is.name)
      return [
        `  ${name}${word}${detail && is.name === 'failing' ? paint('red', detail) : detail}`,
        ...(is.cure ? [`${indent}${fit(`→ ${is.cure}`, indent.length)}`] : []),
      ]
    }),
    ...state.findings.flatMap(({ where, message, cure }) => [
      `  ${paint('red', fit(`${where}: ${message}`, 2))}`,
      `  ${fit(`→ ${cure}`, 2)}`,
    ]),
    `  ${fit(links(place), 2)}`,
    `  ${paint('dim', fit(`something wrong? npm run doctor   logs ${place.logs}`, 2))}`,
    `  ${paint(state.round?.status === 'failed' || state.smokeFailed ? 'red' : 'bold', fit(does(state, now), 2))}`,
  ]
}

/** What is said beside the phase: why it is in it, else what became of the last save. */
function about({ saved, live }: ServiceState, { why }: Phase): string {
  if (why) return why
  if (saved) return `${saved.path} saved ${clock(saved.at)}`
  return live ? `${live.path} live after ${live.milliseconds} ms (${clock(live.at)})` : ''
}

/** Where to look in a browser. */
export function links({ links, dashboard }: ScreenPlace): string {
  return Object.entries({ ...links, ...(dashboard ? { dashboard } : {}) })
    .map(([label, url]) => `${label} ${url}`)
    .join('   ')
}

function does(state: State, now: number): string {
  const { round } = state
  const seconds = round?.status === 'running' ? Math.round((now - round.since) / 1000) : 0
  return `● ${activity(state)}${seconds > 1 ? ` · ${seconds} s` : ''}`
}
