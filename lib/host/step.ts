import { colour, say } from '../shell/command.ts'

/**
 * Runs one named step and says how long it took, so that a slow start explains itself.
 *
 * @returns what the action gives; a step whose action gives `false` had nothing to do
 */
export async function step<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  if (process.stdout.isTTY) process.stdout.write(`  … ${name}\r`)
  const result = await action()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(`${colour('green', '✓')} ${name} ${colour('dim', result === false ? 'up to date' : `${seconds} s`)}`)
  return result
}
