import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { colour, say } from '../../shell/command.ts'
import { environment } from '../../shell/environment.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'

/** One command of the test run, and how its output tells how many tests it ran. */
export interface Suite {
  readonly name: string
  readonly command: readonly string[]
  /** Below the checkout. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  readonly counts: 'uvu' | 'pytest' | 'check'
}

export interface Count {
  readonly passed: number
  readonly failed: number
  /** Tests that this machine cannot run. A suite says why, in lines that begin with `not run:`. */
  readonly skipped: number
}

/** A command that printed no count has failed as one test, whatever its exit code: a test run may not be empty. */
export function count(kind: Suite['counts'], exitCode: number | null, output: string): Count {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0)
  const skipped = kind === 'uvu' ? number(/Skipped:\s+(\d+)/) : 0
  const passed = kind === 'uvu' ? number(/Passed:\s+(\d+)/) : kind === 'pytest' ? number(/(\d+) passed/) : 1
  if (exitCode === 0) return passed > 0 ? { passed, failed: 0, skipped } : { passed: 0, failed: 1, skipped }
  const failed =
    kind === 'uvu' ? number(/Total:\s+(\d+)/) - passed : number(/(\d+) failed/) + number(/(\d+) error/)
  return { passed: kind === 'check' ? 0 : passed, failed: Math.max(1, failed), skipped }
}

/** Runs one suite; its output is shown when it fails. */
export async function runSuite({ name, command, folder = '.', env, counts }: Suite): Promise<Count> {
  const started = performance.now()
  const [program = '', ...words] = command
  const child = spawn(program, words, {
    cwd: `${CHECKOUT}/${folder}`,
    env: { ...environment('test'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.once('close', resolve)
  })
  const result = count(counts, exitCode, output)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (result.failed > 0) say(output)
  else for (const [line] of output.matchAll(/^not run: .+$/gm)) say(colour('yellow', line))
  const mark = result.failed > 0 ? colour('red', '✗') : colour('green', '✓')
  say(
    `${mark} ${name}: ${result.passed} passed, ${result.failed} failed${skips(result)} ${colour('dim', `${seconds} s`)}`,
  )
  return result
}

/** @returns what a closing line has at its end where tests were skipped, else nothing */
export function skips({ skipped }: Pick<Count, 'skipped'>): string {
  return skipped > 0 ? `, ${skipped} skipped` : ''
}
