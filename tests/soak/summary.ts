import type { Outcome } from './check.ts'
import { ALLOWED, type Held } from './leaks.ts'
import { KIND_NAMES } from './sequence.ts'

export interface Made {
  readonly number: number
  readonly kind: string
  readonly outcome: Outcome
}

/** What became of the edits, by kind. */
export function table(made: readonly Made[]): string {
  const rows = KIND_NAMES.flatMap((kind) => {
    const ours = made.filter((one) => one.kind === kind).map(({ outcome }) => outcome)
    if (ours.length === 0) return []
    const total = (of: (outcome: Outcome) => number) => String(ours.reduce((sum, one) => sum + of(one), 0))
    const times = ours.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other)
    const seconds = (milliseconds = 0) => (milliseconds / 1000).toFixed(1)
    return [
      [
        kind,
        String(ours.length),
        total(({ served }) => served),
        total(({ told }) => told),
        seconds(times[Math.floor((times.length - 1) / 2)]),
        seconds(times.at(-1)),
        String(ours.filter(failed).length),
      ],
    ]
  })
  return aligned([['edits', 'number', 'served', 'told', 'median s', 'slowest s', 'failed'], ...rows])
}

/** What the loop held when it was new, and what in the end. */
export function growth(before: Held, after: Held): string {
  const rows = (Object.keys(ALLOWED) as (keyof Held)[]).map((what) => [
    what,
    String(before[what]),
    String(after[what]),
    `+${ALLOWED[what]}`,
  ])
  return aligned([['held by the loop', 'new', 'in the end', 'allowed'], ...rows])
}

export function failed({ stale, faults }: Outcome): boolean {
  return stale.size > 0 || faults.length > 0
}

/** Words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column))))
        .join('  '),
    )
    .join('\n')
}
