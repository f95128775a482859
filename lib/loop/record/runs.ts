import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openRunFile, type RunFile } from './run-file.ts'

/** Runs that are kept, the present one among them. */
const KEPT = 10

/** Names of the runs, the newest first; a name is when the run began, like `2026-01-02T12-03-44.120Z`. */
export function runNames(state: string): string[] {
  const folder = folderOf(state)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names
    .flatMap((name) => /^(\d{4}-[\dT.-]+Z)\.db$/.exec(name)?.[1] ?? [])
    .sort()
    .reverse()
}

/** @returns the file of a run that begins now; those too old are gone */
export function beginRun(state: string, now: Date): RunFile {
  mkdirSync(folderOf(state), { recursive: true, mode: 0o700 })
  for (const name of runNames(state).slice(KEPT - 1)) forget(state, name)
  return openRunFile(fileOf(state, now.toISOString().replaceAll(':', '-')))
}

/**
 * Opens a run that was, for as long as the action takes.
 *
 * @returns undefined where there is none of that name, or it cannot be read
 */
export function inRun<Result>(
  state: string,
  name: string,
  action: (run: RunFile) => Result,
): Result | undefined {
  const file = runNames(state).includes(name) ? fileOf(state, name) : undefined
  if (file === undefined) return undefined
  let run: RunFile | undefined
  try {
    run = openRunFile(file)
    return action(run)
  } catch {
    return undefined
  } finally {
    run?.close()
  }
}

function folderOf(state: string): string {
  return join(state, 'runs')
}

function fileOf(state: string, name: string): string {
  return join(folderOf(state), `${name}.db`)
}

function forget(state: string, name: string): void {
  for (const end of ['', '-journal', '.lock'])
    rmSync(`${fileOf(state, name)}${end}`, { recursive: true, force: true })
}
