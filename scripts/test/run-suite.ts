import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { colour, say } from '../../lib/shell/command.ts'
import { environment } from '../../lib/shell/environment.ts'
import { signalGroup } from '../../lib/shell/processes.ts'
import { readIfThere } from '../../lib/shell/read-if-there.ts'
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

/** A shell counts what it has waited for; no program sees what was computed below another one. */
const COUNTED = '"$@" 3>&-; code=$?; times >&3; exit $code'

/** How long what was told to end has for it, in milliseconds: it may have a stack to take down. */
const GRACE = 20_000

/** What a suite came to. */
export interface Outcome {
  readonly results: readonly FileResult[]
  /** Lines that say what was not run, and why. */
  readonly notes: readonly string[]
  readonly figures: readonly Figure[]
  /** Seconds that its processes computed, but for those that it left to nobody. */
  readonly cpu: number
}

export const NOTHING: Outcome = { results: [], notes: [], figures: [], cpu: 0 }

/**
 * Runs one suite in a process group of its own. Its output is shown when it fails.
 *
 * @param interrupted ends it with all its processes
 */
export async function runSuite(suite: Suite, interrupted: AbortSignal): Promise<Outcome> {
  const { name, files, kind, minutes } = suite
  const { hung, ...ended } = await endOf(suite, interrupted)
  if (interrupted.aborted) return NOTHING
  const results = resultsOf(kind, files, ended)
  const [passed, failed, skipped] = (['passed', 'failed', 'skipped'] as const).map((what) =>
    results.reduce((total, result) => total + result[what], 0),
  )
  if (failed) say(shown(ended.output, results))
  if (hung) say(colour('red', `${name} hung: it was ended after ${minutes} minutes${during(ended.output)}`))
  const mark = failed ? colour('red', '✗') : colour('green', '✓')
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  const took = `${ended.seconds.toFixed(1)} s, ${ended.cpu.toFixed(1)} s of CPU`
  say(`${mark} ${name}: ${counts} ${colour('dim', took)}`)
  return {
    results,
    notes: [...ended.output.matchAll(/^not run: .+$/gm)].map(([line]) => line),
    figures: figuresOf(kind, ended.output),
    cpu: ended.cpu,
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
): Promise<SuiteEnd & { hung: boolean; cpu: number }> {
  const started = performance.now()
  // One that is interrupted or hangs does not come to putting away what it made.
  const temporary = mkdtempSync(join(tmpdir(), 'suite-'))
  const report = join(temporary, 'report.xml')
  const words = kind === 'pytest' ? [...command, `--junit-xml=${report}`] : command
  const child = spawn('sh', ['-c', COUNTED, 'sh', ...words], {
    cwd: join(CHECKOUT, folder),
    env: { ...environment('test'), TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let times = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  child.stdio[3]?.on('data', (chunk) => (times += chunk))
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
  signalGroup(child.pid, 'SIGKILL')
  if (kind === 'pytest') output += readIfThere(report) ?? ''
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  return { exitCode, output, seconds: (performance.now() - started) / 1000, hung, cpu: cpuOf(times) }
}

/** @param times what a shell says of itself and its children: `0m0.01s` of each in turn, of the user and the system */
function cpuOf(times: string): number {
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

function endGroup(child: ChildProcess): void {
  signalGroup(child.pid, 'SIGTERM')
  const killing = setTimeout(() => {
    signalGroup(child.pid, 'SIGKILL')
    // A process that has left the group may hold what we read from.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, GRACE)
  child.once('close', () => clearTimeout(killing))
}
