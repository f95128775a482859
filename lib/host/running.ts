import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beginning, type Identity, isAlive, signalGroup } from '../shell/processes.ts'
import { replaceFile } from '../shell/replace-file.ts'

/** A process this checkout started for a stack, whose record is in its state folder. */
export interface Running extends Identity {
  readonly name: string
}

/** Milliseconds that docs/your-own-stack.md gives a program to end in. */
const GRACE = 20_000

/** What this process has started, by state folder: also known where somebody removes that while we run. */
const ours = new Map<string, readonly Running[]>()

/** The processes on record that still run. */
export async function recorded(state: string): Promise<Running[]> {
  const onDisk = readRecord(state)
  const forgotten = (ours.get(state) ?? []).filter(({ pid }) => !onDisk.some((known) => known.pid === pid))
  return [...onDisk, ...forgotten].filter(isAlive)
}

/** Adds a process to the record, before anything else can go wrong. */
export async function record(state: string, name: string, pid: number): Promise<void> {
  const began = beginning(pid)
  if (began === undefined) return
  ours.set(state, [...(ours.get(state) ?? []).filter(isAlive), { name, pid, began }])
  writeRecord(state, [...readRecord(state), { name, pid, began }])
}

/**
 * Asks every recorded process and its children to end (SIGTERM), waits, and makes those end that do not (SIGKILL).
 *
 * @returns their names
 */
export async function endAll(state: string): Promise<string[]> {
  const names = await endThose(state, () => true)
  rmSync(recordFile(state), { force: true })
  return names
}

/** The same for the processes of some names. */
export async function endNamed(state: string, names: readonly string[]): Promise<void> {
  await endThose(state, ({ name }) => names.includes(name))
  writeRecord(state, await recorded(state))
}

async function endThose(state: string, meant: (running: Running) => boolean) {
  const running = async () => (await recorded(state)).filter(meant)
  const processes = await running()
  // Each leads a group of its own, so that a reloader's children hear it too.
  for (const { pid } of processes) signalGroup(pid, 'SIGTERM')
  const deadline = Date.now() + GRACE
  let left = processes
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    left = await running()
  }
  for (const { pid } of left) signalGroup(pid, 'SIGKILL')
  return processes.map(({ name }) => name)
}

function recordFile(state: string): string {
  return join(state, 'processes.json')
}

function readRecord(state: string): Running[] {
  try {
    return JSON.parse(readFileSync(recordFile(state), 'utf8')) as Running[]
  } catch {
    return []
  }
}

function writeRecord(state: string, processes: readonly Running[]): void {
  replaceFile(recordFile(state), JSON.stringify(processes))
}
