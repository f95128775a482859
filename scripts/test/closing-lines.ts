import type { FileResult } from './results.ts'

const SLOWEST = 5
/** How much of a line of why; what a program said may stand in one. */
const WIDTH = 200

/**
 * What a test run says last: its slowest files, what it did not run and why, what failed and why, what it computed, and the sum alone
 * in its line, which `.ci/run` adds up.
 *
 * @param notes why something was not run, a line each
 * @param cpu seconds that all computed
 */
export function closingLines(
  results: readonly FileResult[],
  notes: readonly string[],
  cpu: number,
): string[] {
  const sum = (what: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, result) => total + result[what], 0)
  const slowest = results.toSorted((one, other) => other.seconds - one.seconds).slice(0, SLOWEST)
  const failed = results.filter((result) => result.failed > 0)
  const skipped = sum('skipped')
  return [
    ...(slowest.length > 1 ? ['slowest:'] : []),
    ...(slowest.length > 1 ? slowest : []).map(({ name, seconds }) => `  ${seconds.toFixed(1)} s ${name}`),
    ...notes,
    ...(failed.length > 0 ? ['failed:'] : []),
    ...failed.flatMap(({ name, failed, failures }) => [
      `  ${failed} in ${name}`,
      ...failures.flatMap(indented),
    ]),
    `${cpu.toFixed(0)} s of CPU`,
    `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  ]
}

function indented([name, ...why]: readonly string[]): string[] {
  return [`    ✘ ${name}`, ...why.map((line) => `      ${line.trim().slice(0, WIDTH)}`)]
}
