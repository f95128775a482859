/** What a table says of one series of measurements, all in the unit of the samples. */
export interface Summary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly min: number
  readonly max: number
}

/** @returns undefined for a series without samples */
export function summary(samples: readonly number[]): Summary | undefined {
  const sorted = [...samples].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const [p50, p95, p99] = [50, 95, 99].map((p) => percentile(sorted, p)) as [number, number, number]
  return { count: sorted.length, p50, p95, p99, min, max }
}

/**
 * The p-th percentile, with straight lines between neighbours: of an even number of samples, p50 is the mean of the
 * two in the middle. Definition 7 of Hyndman and Fan, https://doi.org/10.1080/00031305.1996.10473566, as in NumPy.
 *
 * @param sorted ascending, at least one
 * @param p 0 to 100
 */
export function percentile(sorted: readonly number[], p: number): number {
  const rank = ((sorted.length - 1) * p) / 100
  const [below, above] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
  if (below === undefined || above === undefined) throw new RangeError(`no percentile ${p} of nothing`)
  return below + (above - below) * (rank - Math.floor(rank))
}
