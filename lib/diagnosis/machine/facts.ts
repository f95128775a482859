import type { Problem } from '../../../k8s/model/problem.ts'
import type { Target } from '../../cluster/target.ts'

/** What the doctor has seen of this machine. Gathered by `observe.ts`, judged by `verdict.ts`. */
export interface MachineObservation {
  /** What is up, or would be taken by the next `npm run up`. */
  readonly target: Target
  /** Like `20.20.2`. */
  readonly node: string
  /** Whether a program of the stack is of Python. */
  readonly usesPython: boolean
  /** Like `3.13.5`; undefined where there is none, or nobody needs one. */
  readonly python: string | undefined
  /** What the host target lacks for this stack, besides. */
  readonly wanting: readonly Problem[]
  readonly engine: { readonly version: string; readonly cpus: number; readonly memoryMiB: number } | undefined
  /** What the engine's command said where none answers. */
  readonly engineProblem: { readonly message: string; readonly cure: string } | undefined
  /** Like `skaffold v2.24.0`. */
  readonly tools: readonly string[]
  readonly missingTools: readonly string[]
  /** Bytes free, by folder. */
  readonly free: ReadonlyMap<string, number>
  /** Of Linux alone. */
  readonly inotify: { readonly watches: number; readonly instances: number } | undefined
  /** What is wrong with `.env.local`. */
  readonly settingsProblem: { readonly message: string; readonly cure: string } | undefined
}
