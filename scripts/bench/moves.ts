import type { BenchMove, BenchMoves, MovedBy } from '../../k8s/model/bench.ts'
import type { SubjectName } from './subject.ts'

/** The loops that more than saves are measured of. */
export const MOVERS = ['host', 'loop', 'stock', 'tilt'] as const satisfies readonly SubjectName[]
export type Mover = (typeof MOVERS)[number]

const MOVES = ['packages', 'migration', 'settings', 'model'] as const satisfies readonly MovedBy[]

/**
 * How it is known that a move has come to what runs: the loop tells (session); what is rendered is rendered by hand, and new
 * pods are Ready (render); they are by themselves (rollout).
 */
export type ArrivalWay = 'session' | 'render' | 'rollout'

/** None where a loop does not have such a move. */
const WAYS: Readonly<Record<Mover, Readonly<Partial<Record<MovedBy, ArrivalWay>>>>> = {
  host: { packages: 'session', migration: 'session', settings: 'session', model: 'session' },
  loop: { packages: 'session', migration: 'session', settings: 'session', model: 'session' },
  // Nothing of theirs runs a migration in a pod that runs, and nothing renders.
  stock: { packages: 'rollout', settings: 'render', model: 'render' },
  tilt: { packages: 'rollout', settings: 'render', model: 'render' },
}

/** A move that a loop has. */
export interface MoveStep {
  readonly by: MovedBy
  readonly move: BenchMove
  readonly way: ArrivalWay
}

/** The moves that a loop has; those that make new pods last, because ports that are forwarded end with these. */
export function planOf(mover: Mover, made: BenchMoves['made']): MoveStep[] {
  return MOVES.flatMap((by) => {
    const [move, way] = [made[by], WAYS[mover][by]]
    return move && way ? [{ by, move, way }] : []
  })
}

/**
 * What the file of a move holds.
 *
 * @param beside the names of the files that were in its folder before
 */
export function textOfMove(
  { text, there, back }: BenchMove,
  original: string,
  to: 'there' | 'back',
  beside: readonly string[],
): string {
  const given = to === 'there' ? there : back
  if (given === undefined) return original
  const [newest = ''] = beside
    .flatMap((name) => /^\d+/.exec(name)?.[0] ?? [])
    .sort()
    .reverse()
  const words = typeof given === 'string' ? given : given(newest)
  return text === undefined ? original + words : original.replace(text, () => words)
}

const COMMENTS: Readonly<Record<string, string>> = { py: '#', ts: '//', tsx: '//', go: '//' }

/**
 * The files that differ between two branches, spread over all.
 *
 * @param files sources, below the checkout
 * @param count as many as there are at most
 */
export function filesToSwitch(files: readonly string[], count: number): string[] {
  const commented = files.filter((file) => /\.(\w+)$/.exec(file)?.[1] !== undefined && commentOf(file)).sort()
  const many = Math.min(count, commented.length)
  return Array.from({ length: many }, (_, n) => commented[Math.floor((n * commented.length) / many)] ?? '')
}

/** A source as a branch has it that differs in a comment. */
export function withComment(file: string, text: string, words: string): string {
  return `${text.replace(/\n?$/, '\n')}${commentOf(file)} ${words}\n`
}

function commentOf(file: string): string | undefined {
  return COMMENTS[/\.(\w+)$/.exec(file)?.[1] ?? '']
}
