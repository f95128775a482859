import { access, constants } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { $, which } from 'zx/core'
import { toolFolder } from '../shell/state-folder.ts'
import { TOOLS, type Tool, type ToolName } from './versions.ts'

/** What is looked for: how it is called and told apart. */
type Sought = Pick<Tool, 'floor' | 'versionArguments'> & { readonly name: string }

export interface FoundTool extends FoundProgram {
  readonly name: ToolName
}

interface FoundProgram {
  /** Absolute. */
  readonly path: string
  /** As it tells it, like `v2.24.0`. */
  readonly version: string
}

/**
 * Looks for a tool on PATH, then among those we installed.
 *
 * @returns the first that runs and is new enough; undefined if there is none
 */
export async function findTool(name: ToolName): Promise<FoundTool | undefined> {
  const found = await findProgram(TOOLS[name])
  return found && { name, ...found }
}

/** The same of a program that is no tool of the cluster. */
export async function findProgram(program: Sought): Promise<FoundProgram | undefined> {
  const onPath = await which(program.name, { all: true, nothrow: true })
  for (const path of [...(onPath ?? []), join(toolFolder(), program.name)]) {
    const version = await versionOf(program, path)
    if (version && atLeast(version, program.floor)) return { path, version }
  }
  return undefined
}

/** The tools of the cluster target that this machine has. */
export async function clusterTools(): Promise<
  Partial<Record<'skaffold' | 'kubectl' | 'minikube' | 'kind', FoundTool>>
> {
  const names = ['skaffold', 'kubectl', 'minikube', 'kind'] as const
  const found = await Promise.all(names.map(async (name) => [name, await findTool(name)] as const))
  return Object.fromEntries(found.filter(([, tool]) => tool !== undefined))
}

/**
 * Tools call one another by bare name: Skaffold runs `kubectl` and `minikube` from PATH.
 *
 * @returns a value for PATH under which these very tools are found
 */
export function pathWith(tools: readonly FoundTool[]): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [...new Set([...tools.map((tool) => dirname(tool.path)), ...folders])].join(delimiter)
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

function atLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}
