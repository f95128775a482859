import type { LoopStatus } from '../session/questions.ts'
import { toTelemetry, toTimeline } from './export.ts'
import { lastLines } from './find-lines.ts'
import { pastFindings, spans, trace, traces } from './find-traces.ts'
import { accountPage, type RunReport } from './report-page.ts'
import { inRun, runNames } from './runs.ts'

/** Of each list in the page. */
const [SAVES, TRACES, LINES] = [100, 20, 200]

/**
 * The newest run, to attach to an issue.
 *
 * @param state the folder of the stack
 * @returns files: a page that needs nothing beside it, all traces as OTLP, saves and deployments as a timeline; none
 *   where no loop has run
 */
export function runReport(state: string): (readonly [name: string, text: string])[] {
  const [name] = runNames(state)
  const files =
    name === undefined
      ? undefined
      : inRun(state, name, (run) => {
          const { database } = run
          const moves = spans(database, true)
          const account: RunReport = {
            name,
            // Kept by this program, whichever its version was: a page for people shows what there is.
            status: run.fact('status') as LoopStatus | undefined,
            findings: pastFindings(database),
            saves: moves
              .filter((move) => move.name === 'save')
              .slice(-SAVES)
              .reverse(),
            traces: traces(database, { slow: true }, TRACES).map(({ traceId }) => trace(database, traceId)),
            lines: lastLines(database, { level: 'warning' }, LINES),
          }
          const all = [...spans(database, false), ...moves]
          return [
            ['run.html', accountPage(account)],
            ['traces.json', lines(toTelemetry(all))],
            ['saves.timeline.json', lines(toTimeline(moves))],
          ] as const
        })
  return [...(files ?? [])]
}

/** A value a line: who takes secrets out of the text cannot take two values for one. */
function lines(value: object): string {
  return JSON.stringify(value, null, 1)
}
