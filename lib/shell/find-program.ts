import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { $, which } from 'zx/core'
import { toolFolder } from './state-folder.ts'
import { atLeast } from './version.ts'

/** What is looked for: how it is called and told apart. */
export interface Sought {
  readonly name: string
  /** The oldest version that will do. */
  readonly floor: string
  /** What it is asked for its version with. */
  readonly versionArguments: readonly string[]
}

export interface FoundProgram {
  /** Absolute. */
  readonly path: string
  /** As it tells it, like `v2.24.0`. */
  readonly version: string
}

/**
 * Looks for a program on PATH, then among those we installed.
 *
 * @returns the first that runs and is new enough; undefined if there is none
 */
export async function findProgram(program: Sought): Promise<FoundProgram | undefined> {
  const onPath = await which(program.name, { all: true, nothrow: true })
  for (const path of [...(onPath ?? []), join(toolFolder(), program.name)]) {
    const version = await versionOf(program, path)
    if (version && atLeast(version, program.floor)) return { path, version }
  }
  return undefined
}

async function versionOf(program: Sought, path: string): Promise<string | undefined> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!executable) return undefined
  const answer = await $({
    nothrow: true,
    quiet: true,
    signal: AbortSignal.timeout(20_000),
  })`${path} ${program.versionArguments}`
  const version = answer.ok ? /\d+\.\d+\.\d+/.exec(answer.stdout) : null
  return version ? `v${version[0]}` : undefined
}
