import { delimiter, dirname } from 'node:path'
import { type FoundProgram, findProgram } from '../shell/find-program.ts'
import { TOOLS, type ToolName } from './versions.ts'

export interface FoundTool extends FoundProgram {
  readonly name: ToolName
}

/** By their names and the PATH: each look starts a program, and one command looks for the same up to four times. */
const found = new Map<string, FoundTool>()

/**
 * Looks for a tool on PATH, then among those we installed; what this process has found, it does not look for again.
 *
 * @returns the first that runs and is new enough; undefined if there is none
 */
export async function findTool(name: ToolName): Promise<FoundTool | undefined> {
  const key = `${name} ${process.env.PATH}`
  const known = found.get(key)
  if (known) return known
  const program = await findProgram(TOOLS[name])
  if (program) found.set(key, { name, ...program })
  return found.get(key)
}

/** The tools of the cluster target that this machine has. */
export async function clusterTools(): Promise<
  Partial<Record<'skaffold' | 'kubectl' | 'minikube' | 'kind', FoundTool>>
> {
  const names = ['skaffold', 'kubectl', 'minikube', 'kind'] as const
  const tools = await Promise.all(names.map(async (name) => [name, await findTool(name)] as const))
  return Object.fromEntries(tools.filter(([, tool]) => tool !== undefined))
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
