import type { Runtime } from '../../k8s/model/program.ts'
import { goOnHost } from '../runtimes/go/on-host.ts'
import { nextOnHost } from '../runtimes/next/on-host.ts'
import { nodeOnHost } from '../runtimes/node/on-host.ts'
import type { Exchange, HostPlace, HostProgram, HostRuntime, Preparation } from '../runtimes/on-host.ts'
import { pythonOnHost } from '../runtimes/python/on-host.ts'
import { viteOnHost } from '../runtimes/vite/on-host.ts'

const RUNTIMES: Readonly<Record<Runtime, HostRuntime>> = {
  go: goOnHost,
  next: nextOnHost,
  node: nodeOnHost,
  python: pythonOnHost,
  vite: viteOnHost,
}

/** What some programs need of this machine, whatever their toolchains. */
export interface Toolchains {
  /** In rows: each goes from its begin to its end, and all of them side by side. */
  readonly preparations: readonly (readonly Preparation[])[]
  readonly exchanges: readonly Exchange[]
  /** How this machine starts what an image would start by these words. */
  readonly command: (words: readonly string[], program: HostProgram) => readonly string[]
}

export function toolchains(programs: readonly HostProgram[], place: HostPlace): Toolchains {
  const names = [...new Set(programs.map(({ runtime }) => runtime))]
  const all = new Map(
    names.map((name) => [
      name,
      RUNTIMES[name](
        programs.filter(({ runtime }) => runtime === name),
        place,
      ),
    ]),
  )
  return {
    preparations: [...all.values()].flatMap(({ preparations }) => preparations),
    exchanges: [...all.values()].flatMap(({ exchanges = [] }) => exchanges),
    command: (words, program) => all.get(program.runtime)?.command(words, program) ?? words,
  }
}
