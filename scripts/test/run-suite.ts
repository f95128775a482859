import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { colour, say } from '../../lib/shell/command.ts'
import { environment } from '../../lib/shell/environment.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { type Figure, figuresOf } from './figures.ts'
import { type FileResult, type OutputKind, resultsOf, type SuiteEnd } from './results.ts'
import { sections } from './sections.ts'

/** One process of the test run. */
export interface Suite {
  readonly name: string
  /** What it tests, below the checkout; of a check, its name. */
  readonly files: readonly string[]
  readonly kind: OutputKind
  readonly command: readonly string[]
  /** Below the checkout. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** After so many it hangs, on however busy a machine, and is ended. */
  readonly minutes: number
}

/** How long what was told to end has for it, in milliseconds: it may have a stack to take down. */
const GRACE = 20_000

/** What a suite came to. */
export interface Outcome {
  readonly results: readonly FileResult[]
  /** Lines that say what was not run, and why. */
  readonly notes: readonly string[]
  readonly figures: readonly Figure[]
}

/**
 * Runs one suite in a process group of its own. Its output is shown when it fails.
 *
 * @param interrupted ends it with all its processes
 */
export async function runSuite(suite: Suite, interrupted: AbortSignal): Promise<Outcome> {
  const { name, files, kind, minutes } = suite
  const { hung, ...ended } = await endOf(suite, interrupted)
  if (interrupted.aborted) return { results: [], notes: [], figures: [] }
  const results = resultsOf(kind, files, ended)
  const [passed, failed, skipped] = (['passed', 'failed', 'skipped'] as const).map((what) =>
    results.reduce((total, result) => total + result[what], 0),
  )
  if (failed) say(shown(ended.output, results))
  if (hung) say(colour('red', `${name} hung: it was ended after ${minutes} minutes${during(ended.output)}`))
  const mark = failed ? colour('red', '✗') : colour('green', '✓')
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  say(`${mark} ${name}: ${counts} ${colour('dim', `${ended.seconds.toFixed(1)} s`)}`)
  return {
    results,
    notes: [...ended.output.matchAll(/^not run: .+$/gm)].map(([line]) => line),
    figures: figuresOf(kind, ended.output),
  }
}

/** What the failing files said, and what stands outside of all. */
function shown(output: string, results: readonly FileResult[]): string {
  const well = new Set(results.flatMap(({ name, failed }) => (failed === 0 ? [name] : [])))
  const outputs = sections(output)
  const texts = outputs.filter(({ file }) => !well.has(file)).map(({ file, text }) => `${file}\n${text}`)
  return texts.length > 0 ? texts.join('\n') : output
}

function during(output: string): string {
  const last = sections(output).at(-1)
  return last && last.seconds === undefined ? `, in ${last.file}` : ''
}

async function endOf(
  { command, folder = '.', env, kind, minutes }: Suite,
  interrupted: AbortSignal,
): Promise<SuiteEnd & { hung: boolean }> {
  const started = performance.now()
  // One that is interrupted or hangs does not come to putting away what it made.
  const temporary = mkdtempSync(join(tmpdir(), 'suite-'))
  const report = join(temporary, 'report.xml')
  const [program = '', ...words] = command
  const child = spawn(program, kind === 'pytest' ? [...words, `--junit-xml=${report}`] : words, {
    cwd: join(CHECKOUT, folder),
    env: { ...environment('test'), TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  let hung = false
  const deadline = setTimeout(() => {
    hung = true
    endGroup(child)
  }, minutes * 60_000)
  const end = () => endGroup(child)
  interrupted.addEventListener('abort', end)
  if (interrupted.aborted) end()
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(1)
    })
    child.once('close', resolve)
  })
  clearTimeout(deadline)
  interrupted.removeEventListener('abort', end)
  // What a test left behind must not stand in the way of another one.
  signalGroup(child, 'SIGKILL')
  if (kind === 'pytest') output += readIfThere(report)
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  return { exitCode, output, seconds: (performance.now() - started) / 1000, hung }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM')
  const killing = setTimeout(() => {
    signalGroup(child, 'SIGKILL')
    // A process that has left the group may hold what we read from.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, GRACE)
  child.once('close', () => clearTimeout(killing))
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // There is nobody left in it.
  }
}
