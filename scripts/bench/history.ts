import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../../lib/shell/replace-file.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import type { EditTimes } from './loop.ts'
import type { MachineFacts } from './machine.ts'
import type { Mover } from './moves.ts'
import type { SubjectName } from './subject.ts'

/** The samples of one service under one subject. */
export interface LoopResult extends EditTimes {
  readonly subject: SubjectName
  readonly service: string
  /** Load average of the minute in which its last edit was: of a busy machine, trust no figure. */
  readonly load: number
}

/** The samples of one move of one loop, in milliseconds. */
export interface MoveResult {
  readonly subject: Mover
  readonly move: string
  readonly there: readonly number[]
  readonly back: readonly number[]
  /** Load average of the minute in which its last one was. */
  readonly load: number
}

/** One figure, or the samples it is made of, in milliseconds unless `what` says otherwise. */
export interface BenchFigure {
  readonly what: string
  readonly samples: readonly number[]
}

/** Everything one `npm run bench` has seen. */
export interface BenchRun {
  /** ISO 8601, in UTC. */
  readonly time: string
  readonly machine: MachineFacts
  readonly loop: readonly LoopResult[]
  readonly figures: readonly BenchFigure[]
  /** Runs of earlier versions have none. */
  readonly moves?: readonly MoveResult[]
}

/** Writes a run, as far as it has come; again for the same run replaces it. @returns the file */
export function save(run: BenchRun): string {
  const file = join(folder(), `${run.time.replaceAll(':', '-')}.json`)
  replaceFile(file, `${JSON.stringify(run, null, 1)}\n`)
  return file
}

/** The runs before a time, newest first. A file that cannot be read is none. */
export function runsBefore(time: string): BenchRun[] {
  return readdirSync(folder())
    .filter((name) => name.endsWith('.json') && name < `${time.replaceAll(':', '-')}.json`)
    .sort()
    .reverse()
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(folder(), name), 'utf8')) as BenchRun]
      } catch {
        return []
      }
    })
}

/** What the newest of these runs that measured this subject and service has seen of it. */
export function lastOf(
  runs: readonly BenchRun[],
  { subject, service }: Pick<LoopResult, 'subject' | 'service'>,
): LoopResult | undefined {
  return runs
    .flatMap(({ loop }) => loop)
    .find((result) => result.subject === subject && result.service === service)
}

/** What the newest of these runs that made this move with this loop has seen of it. */
export function lastMove(
  runs: readonly BenchRun[],
  { subject, move }: Pick<MoveResult, 'subject' | 'move'>,
): MoveResult | undefined {
  return runs
    .flatMap(({ moves = [] }) => moves)
    .find((result) => result.subject === subject && result.move === move)
}

/** What the newest of these runs that has this figure says of it. */
export function lastFigure(runs: readonly BenchRun[], what: string): BenchFigure | undefined {
  return runs.flatMap(({ figures }) => figures).find((figure) => figure.what === what)
}

function folder(): string {
  const path = join(checkoutFolder(), 'bench', 'history')
  mkdirSync(path, { recursive: true })
  return path
}
