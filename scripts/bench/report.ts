import {
  type BenchFigure,
  type BenchRun,
  type LoopResult,
  lastFigure,
  lastMove,
  lastOf,
  type MoveResult,
} from './history.ts'
import type { MachineFacts } from './machine.ts'
import { MOVERS } from './moves.ts'
import { summary } from './statistics.ts'
import { SUBJECTS } from './subject.ts'
import { table } from './table.ts'

/** One line a thing, so that a table copied elsewhere brings along what it depends on. */
export function machineLines({
  system,
  cpus,
  cpu,
  memoryMiB,
  load,
  commit,
  versions,
}: MachineFacts): string[] {
  return [
    `${system}, ${cpus} × ${cpu}, ${memoryMiB} MiB, load ${load} at the start`,
    `commit ${commit}; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ]
}

/**
 * Save → served of each service under each subject, beside what the same edit costs under the plain reloaders.
 *
 * @param before earlier runs, newest first
 */
export function loopTable(results: readonly LoopResult[], before: readonly BenchRun[]): string[] {
  const heads = [
    ...['service', 'subject', 'edits', 'p50', 'p95', 'min', 'max'],
    ...['over plain p50', 'p95', 'a look', 'load', 'was p50', 'p95'],
  ]
  const services = [...new Set(results.map(({ service }) => service))]
  const rows = services.flatMap((service) => {
    const ofService = results.filter((result) => result.service === service)
    const plain = summary(ofService.find(({ subject }) => subject === 'host plain')?.served ?? [])
    return SUBJECTS.flatMap((name) => {
      const result = ofService.find(({ subject }) => subject === name)
      const seen = summary(result?.served ?? [])
      if (!result || !seen) return []
      const was = summary(lastOf(before, result)?.served ?? [])
      const over = plain && name !== 'host plain' ? [seen.p50 - plain.p50, seen.p95 - plain.p95] : []
      return [
        [
          ...[service, name, String(seen.count)],
          ...[seen.p50, seen.p95, seen.min, seen.max, over[0], over[1]].map(milliseconds),
          milliseconds(summary(result.looks)?.p50),
          result.load.toFixed(1),
          ...[was?.p50, was?.p95].map(milliseconds),
        ],
      ]
    })
  })
  return rows.length > 0 ? ['save → served, ms', ...table(heads, rows)] : []
}

/** Each move of each loop, there and back, beside the median of the same move of every other loop in this run. */
export function moveTable(results: readonly MoveResult[], before: readonly BenchRun[]): string[] {
  const loops = MOVERS.filter((name) => results.some(({ subject }) => subject === name))
  const heads = [
    ...['move', 'loop', 'times', 'there p50', 'p95', 'back p50', 'p95'],
    ...loops.map((name) => `of ${name}`),
    ...['load', 'was there', 'back'],
  ]
  const moves = [...new Set(results.map(({ move }) => move))]
  const rows = moves.flatMap((move) => {
    const ofMove = results.filter((result) => result.move === move)
    const median = (name: string) => summary(ofMove.find(({ subject }) => subject === name)?.there ?? [])?.p50
    return ofMove.map((result) => {
      const { subject, there, back, load } = result
      const was = lastMove(before, result)
      const [to, fro] = [summary(there), summary(back)]
      return [
        ...[move, subject, String(there.length)],
        ...[to?.p50, to?.p95, fro?.p50, fro?.p95].map(milliseconds),
        ...loops.map((name) => (name === subject ? '' : ratio(to?.p50, median(name)))),
        load.toFixed(1),
        ...[was?.there, was?.back].map((samples) => milliseconds(summary(samples ?? [])?.p50)),
      ]
    })
  })
  return rows.length > 0 ? ['moves, ms', ...table(heads, rows)] : []
}

function ratio(one: number | undefined, other: number | undefined): string {
  return one === undefined || other === undefined ? '' : (one / other).toFixed(2)
}

/** The figures of the other parts, each with what the last run before said. */
export function figureTable(figures: readonly BenchFigure[], before: readonly BenchRun[]): string[] {
  const heads = ['figure', 'samples', 'p50', 'p95', 'p99', 'max', 'was p50', 'p95']
  const rows = figures.map(({ what, samples }) => {
    const seen = summary(samples)
    const was = summary(lastFigure(before, what)?.samples ?? [])
    const several = samples.length > 1
    return [
      ...[what, String(samples.length), milliseconds(seen?.p50)],
      ...[seen?.p95, seen?.p99, seen?.max].map((value) => (several ? milliseconds(value) : '')),
      ...[was?.p50, several ? was?.p95 : undefined].map(milliseconds),
    ]
  })
  return rows.length > 0 ? table(heads, rows, 1) : []
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(Math.abs(value) < 10 ? 1 : 0)
}
