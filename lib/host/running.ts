import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beginning, type Identity, isAlive } from '../shell/processes.ts'
import { replaceFile } from '../shell/replace-file.ts'
import { stateFolder } from '../shell/state-folder.ts'

/** A process this checkout started. */
export interface Running extends Identity {
  readonly name: string
}

/** The processes on record that still run. */
export async function recorded(): Promise<Running[]> {
  return readRecord().filter(isAlive)
}

/** Adds a process to the record, before anything else can go wrong. */
export async function record(name: string, pid: number): Promise<void> {
  const began = beginning(pid)
  if (began !== undefined) writeRecord([...readRecord(), { name, pid, began }])
}

/** Asks every recorded process and its children to end, waits, and makes those end that do not. @returns their names */
export async function endAll(graceMilliseconds = 20_000): Promise<string[]> {
  const processes = await recorded()
  for (const { pid } of processes) signal(pid, 'SIGTERM')
  const deadline = Date.now() + graceMilliseconds
  let left = processes
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    left = await recorded()
  }
  for (const { pid } of left) signal(pid, 'SIGKILL')
  rmSync(recordFile(), { force: true })
  return processes.map(({ name }) => name)
}

/** Each process leads a group of its own, so that a reloader's children hear the signal too. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function recordFile(): string {
  return join(stateFolder(), 'processes.json')
}

function readRecord(): Running[] {
  try {
    return JSON.parse(readFileSync(recordFile(), 'utf8')) as Running[]
  } catch {
    return []
  }
}

function writeRecord(processes: readonly Running[]): void {
  replaceFile(recordFile(), JSON.stringify(processes))
}
