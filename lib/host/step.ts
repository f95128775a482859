import type { Preparation } from '../runtimes/on-host.ts'
import { colour, say } from '../shell/command.ts'

/** Erases what is left of the line. https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
const ERASE = '\x1b[K'

/**
 * Runs one named step and says how long it took, so that a slow start explains itself.
 *
 * @returns what the action gives; a step whose action gives `false` had nothing to do
 */
export async function step<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  showUnderWay([name])
  const result = await action()
  sayDone(name, started, result)
  return result
}

/**
 * Runs rows of steps side by side, each row from its begin to its end, and says of each step how long it took. When one
 * fails the others are interrupted, and have ended when this does.
 *
 * @throws what the first one that fails throws; the signal's reason
 */
export async function sideBySide(
  rows: readonly (readonly Preparation[])[],
  interrupted: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([interrupted, failed.signal])
  const underWay = new Set<string>()
  const walk = async (row: readonly Preparation[]) => {
    for (const { name, run } of row) {
      signal.throwIfAborted()
      const started = performance.now()
      underWay.add(name)
      showUnderWay([...underWay])
      const result = await run(signal)
      underWay.delete(name)
      sayDone(name, started, result)
      showUnderWay([...underWay])
    }
  }
  const failures: unknown[] = []
  await Promise.all(
    rows.map((row) =>
      walk(row).catch((error: unknown) => {
        failures.push(error)
        failed.abort(error)
      }),
    ),
  )
  interrupted.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}

function showUnderWay(names: readonly string[]): void {
  if (process.stdout.isTTY && names.length > 0) process.stdout.write(`  … ${names.join(', ')}${ERASE}\r`)
}

function sayDone(name: string, started: number, result: unknown): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const outcome = colour('dim', result === false ? 'up to date' : `${seconds} s`)
  say(`${colour('green', '✓')} ${name} ${outcome}${process.stdout.isTTY ? ERASE : ''}`)
}
