import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

/** What a figure depends on beside the code. */
export interface MachineFacts {
  readonly system: string
  readonly cpus: number
  readonly cpu: string
  readonly memoryMiB: number
  /** Over the last minute, before the bench began. */
  readonly load: number
  readonly commit: string
  /** Versions by the name of the program; those that are not here are missing. */
  readonly versions: Readonly<Record<string, string>>
}

const TOOLS: Readonly<Record<string, readonly string[]>> = {
  python: ['python3', '--version'],
  docker: ['docker', 'version', '--format', '{{.Server.Version}}'],
  skaffold: ['skaffold', 'version'],
  kubectl: ['kubectl', 'version', '--client'],
  minikube: ['minikube', 'version', '--short'],
  tilt: ['tilt', 'version'],
}

/** Looks at this machine and this checkout. */
export async function machineFacts(): Promise<MachineFacts> {
  const [load = 0] = loadavg()
  const versions = await Promise.all(
    Object.entries(TOOLS).map(async ([name, words]) => {
      const version = /\d+\.\d+\.\d+\S*/.exec(await firstLine(words))?.[0]
      return version ? [[name, version.replace(/,$/, '')]] : []
    }),
  )
  // What the proof writes is no change of what it proves.
  const written = ['tests/proof/record.json', 'docs/proof.md'].map((file) => `:!${file}`)
  const changed = await firstLine(['git', 'status', '--porcelain', '--', '.', ...written])
  return {
    system: `${type()} ${release()}`,
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    load: Math.round(load * 100) / 100,
    commit: `${await firstLine(['git', 'rev-parse', '--short', 'HEAD'])}${changed ? ' and changes' : ''}`,
    versions: { node: process.versions.node, ...Object.fromEntries(versions.flat()) },
  }
}

async function firstLine(words: readonly string[]): Promise<string> {
  const signal = AbortSignal.timeout(20_000)
  const answer = await $({ quiet: true, nothrow: true, cwd: CHECKOUT, signal })`${words}`
  return answer.stdout.split('\n')[0] ?? ''
}
