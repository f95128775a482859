import { z } from 'zod'
import { firstLine, lineIds, linesOf } from '../record/find-lines.ts'
import { pastFindings, points, spans, trace, traces } from '../record/find-traces.ts'
import { LEVELS } from '../record/kinds.ts'
import type { RunFile } from '../record/run-file.ts'
import { inRun, runNames } from '../record/runs.ts'
import type { Wanted } from '../record/wanted.ts'
import type { LoopStatus } from '../session/questions.ts'
import type { Overview } from './messages.ts'
import type { LinesAnswer, LoopRun, SavesAnswer, StatusAnswer, TraceAnswer } from './page-data.ts'

/** What is asked about what is kept. */
export interface PageAnswers {
  /** @returns undefined where there is nothing of that name */
  readonly answer: (name: string, about: URLSearchParams) => unknown
  readonly present: () => Overview | undefined
  /** What the pages are told of now. */
  readonly tell: (overview: Overview) => void
}

/** Lines and traces of one answer. */
const [LINES, TRACES] = [400, 500]

const asked = z.object({
  run: z.string().optional(),
  service: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  request: z.string().optional(),
  trace: z.string().optional(),
  contains: z.string().optional(),
  failed: z.stringbool().optional(),
  slow: z.stringbool().optional(),
  from: z.coerce.number().int().min(0).optional(),
  count: z.coerce.number().int().min(1).max(LINES).default(LINES),
})
type Asked = z.infer<typeof asked>

/** @param present the run that is being kept; undefined where it cannot be */
export function answersAbout(state: string, present: RunFile | undefined): PageAnswers {
  let now: Overview | undefined
  const isPresent = (run: string | undefined) => run === undefined || run === present?.name
  const within = <Result>(run: string | undefined, read: (file: RunFile) => Result): Result | undefined =>
    present && isPresent(run) ? read(present) : inRun(state, run ?? '', read)
  const find = rememberIds()
  const about: Readonly<Record<string, (asked: Asked) => unknown>> = {
    status: ({ run }): StatusAnswer | undefined => {
      const graph = now?.graph ?? []
      if (isPresent(run)) return { graph, ...now }
      return within(run, (file) => ({ graph, status: file.fact('status') as LoopStatus }))
    },
    lines: ({ run, from, count, ...wanted }): LinesAnswer | undefined =>
      within(run, ({ database }) => {
        const ids = find(run ?? '', wanted, firstLine(database), (after) => lineIds(database, wanted, after))
        const first = Math.min(from ?? ids.length, Math.max(0, ids.length - count))
        return { total: ids.length, from: first, lines: linesOf(database, ids.slice(first, first + count)) }
      }),
    saves: ({ run }): SavesAnswer | undefined => {
      const moves = within(run, ({ database }) => spans(database, true))
      const others = runNames(state).filter((name) => name !== (run ?? present?.name))
      const before = others.flatMap(
        (name) => inRun(state, name, ({ database }) => spans(database, true, 'save')) ?? [],
      )
      return moves && { moves, before }
    },
    traces: (wanted) => within(wanted.run, ({ database }) => traces(database, wanted, TRACES)),
    trace: ({ run, trace: id = '' }): TraceAnswer | undefined =>
      within(run, ({ database }) => ({
        spans: trace(database, id),
        lines: linesOf(database, lineIds(database, { trace: id }, 0).slice(-LINES)),
      })),
    points: ({ run }) => within(run, ({ database }) => points(database)),
    findings: ({ run }) => within(run, ({ database }) => pastFindings(database)),
    runs: (): LoopRun[] => runNames(state).map((name) => ({ name, isPresent: name === present?.name })),
  }
  return {
    present: () => now,
    tell: (overview) => {
      now = overview
    },
    answer: (name, words) => {
      const { data } = asked.safeParse(Object.fromEntries([...words].filter(([, value]) => value !== '')))
      return data && Object.hasOwn(about, name) ? about[name]?.(data) : undefined
    },
  }
}

/** Ids of what was searched for last: a page asks for one part of a list after another, while it grows. */
function rememberIds() {
  let known: { readonly key: string; readonly ids: readonly number[] } | undefined
  return (
    run: string,
    wanted: Wanted,
    first: number,
    search: (after: number) => readonly number[],
  ): readonly number[] => {
    const key = JSON.stringify([run, wanted])
    const found = known?.key === key ? known.ids : []
    // The oldest lines leave.
    const before = (found[0] ?? first) < first ? found.filter((id) => id >= first) : found
    const more = search(before.at(-1) ?? 0)
    const ids = more.length > 0 ? [...before, ...more] : before
    known = { key, ids }
    return ids
  }
}
