import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { logReader } from '../runtimes/log-line.ts'
import { telemetryIn } from '../runtimes/telemetry-line.ts'
import { environment } from '../shell/environment.ts'
import { Refusal } from '../shell/refusal.ts'
import type { HostEvent } from './event.ts'
import type { HostProcess } from './plan.ts'
import { record } from './running.ts'

export function logFile(state: string, name: string): string {
  return join(state, 'logs', `${name}.log`)
}

/** The exit code of a program that ends itself on SIGTERM. https://tldp.org/LDP/abs/html/exitcodes.html */
const ASKED = 128 + 15

/** What is started. */
type Launch = Pick<HostProcess, 'name' | 'folder' | 'command' | 'env'>

/** @throws Refusal with the migration's own words */
export async function migrate(
  state: string,
  { name, migrate, env }: HostProcess,
  interrupted: AbortSignal,
): Promise<void> {
  if (!migrate) return
  const child = start(state, { ...migrate, env }, ['ignore', 'pipe', 'pipe'])
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)))
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  // Ctrl-C reaches a child that is only just being started, too.
  interrupted.throwIfAborted()
  if (code !== 0)
    throw new Refusal(
      `The migration of ${name} failed:\n  ${lastWords(output.join('')).join('\n  ')}`,
      'correct what it says, then again',
    )
}

/**
 * Starts one service that goes on when this process ends, writing to its log file.
 *
 * @param folder of the record that names its process
 */
export async function launchInBackground(state: string, process: Launch, folder = state): Promise<void> {
  mkdirSync(join(state, 'logs'), { recursive: true })
  const log = openSync(logFile(state, process.name), 'w', 0o600)
  const child = start(state, process, ['ignore', log, log])
  await remember(folder, process.name, child.pid)
  child.unref()
}

/** Starts one service whose lines are told, and written to its log file. */
export async function launchInForeground(
  state: string,
  process: HostProcess,
  tell: (event: HostEvent) => void,
): Promise<void> {
  mkdirSync(join(state, 'logs'), { recursive: true })
  const log = createWriteStream(logFile(state, process.name), { mode: 0o600 })
  const child = start(state, process, ['ignore', 'pipe', 'pipe'])
  await remember(state, process.name, child.pid)
  const service = process.name
  for (const input of [child.stdout, child.stderr]) {
    if (!input) continue
    const read = logReader(process.log)
    createInterface({ input }).on('line', (raw) => {
      const data = telemetryIn(raw)
      if (data) return tell({ kind: 'telemetry', service, data, at: Date.now() })
      log.write(`${raw}\n`)
      const line = read(raw)
      if (line) tell({ kind: 'log', service, line, at: Date.now() })
    })
  }
  child.once('exit', (code, signal) => {
    tell({ kind: 'pod gone', service, pod: service })
    // A program that was asked to end says so in its own way.
    if (signal !== 'SIGTERM' && code !== 0 && code !== ASKED)
      tell({ kind: 'note', text: `${service} ended (${signal ?? `exit code ${code}`})` })
  })
}

/**
 * Waits until a service says that it is ready.
 *
 * @throws Refusal with the last lines of its log when it ended, or was not ready after 90 seconds
 */
export async function ready(
  state: string,
  { name, readyUrl }: HostProcess,
  isRunning: () => Promise<boolean>,
  interrupted: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + 90_000
  let answer = 'nothing'
  while (Date.now() < deadline) {
    const response = await fetch(readyUrl, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined)
    // An answer may be a stranger's, who took the port a moment before our process could.
    if (!(await isRunning())) break
    if (response?.ok) return
    if (response) answer = `${response.status} ${(await response.text()).slice(0, 200)}`
    interrupted.throwIfAborted()
    await sleep(100)
  }
  interrupted.throwIfAborted()
  throw new Refusal(
    `${name} did not become ready; it answered ${answer}. Its last lines:\n  ${lastLines(state, name).join('\n  ')}`,
    `look at ${logFile(state, name)}`,
  )
}

/** What a service has said last. */
export function lastLines(state: string, name: string): string[] {
  return lastWords(readFileSync(logFile(state, name), 'utf8'))
}

function lastWords(log: string): string[] {
  const lines = log.trim().split('\n')
  return lines.filter((line) => telemetryIn(line) === undefined).slice(-8)
}

function start(
  state: string,
  { command: [program = '', ...words], folder, env }: Omit<Launch, 'name'>,
  stdio: ('ignore' | 'pipe' | number)[],
) {
  // As in a pod, with nobody's home: drivers look there for certificates, keys and passwords of their own.
  const here = { ...environment('service'), HOME: state }
  // A group of its own: Ctrl-C reaches us alone, and we end it in order.
  return spawn(program, words, {
    cwd: folder,
    env: { ...here, ...env },
    stdio,
    detached: true,
  })
}

async function remember(folder: string, name: string, pid: number | undefined): Promise<void> {
  if (pid === undefined) throw new Refusal(`${name} could not be started.`, 'npm ci, then again')
  await record(folder, name, pid)
}
