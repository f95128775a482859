import type { Finding } from '../diagnosis/finding.ts'
import type { HostEvent } from '../host/event.ts'
import type { Member } from './member.ts'

export type Status = 'running' | 'succeeded' | 'failed'

/** One thing that Skaffold did, as its event API tells it. */
export type SkaffoldEvent =
  /** One round of the loop: from a change that was noticed to the wait for the next one. */
  | { readonly kind: 'round'; readonly status: Status; readonly at: number; readonly error?: string }
  | { readonly kind: 'build'; readonly image: string; readonly status: Status; readonly error?: string }
  | { readonly kind: 'deploy'; readonly status: Status; readonly error?: string }
  /** All of a deployment is handed to the cluster. */
  | { readonly kind: 'applied' }
  | {
      readonly kind: 'rollout'
      readonly workload: string
      readonly status: Status
      readonly message?: string
    }
  | { readonly kind: 'sync'; readonly image: string; readonly status: Status; readonly error?: string }

/** Packages that are, or were, or could not be installed for some services. */
export interface Installation {
  readonly kind: 'packages'
  readonly services: readonly string[]
  readonly status: Status
  readonly at: number
  /** SHA-256 of the files that name them, by their paths below the checkout. */
  readonly files: ReadonlyMap<string, string>
  /** Once they are: the name that a program with them tells; none where it has them from its image. */
  readonly packages?: string
  readonly error?: string
  /** Where another save does not help. */
  readonly cure?: string
}

/** Everything the screen learns. Times are milliseconds since 1970. */
export type LoopEvent =
  | SkaffoldEvent
  | HostEvent
  /** All that is wrong now; none when all is well again. */
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  /** A server whose log does not tell was found to have the present content of a file, by its path below the service's folder. */
  | {
      readonly kind: 'looked'
      readonly service: string
      readonly path: string
      readonly hash: string
      readonly at: number
    }
  /** Services that the loop did without run from now on. */
  | { readonly kind: 'joined'; readonly members: readonly Member[] }
  /** They do not, because nothing asks for them any more. */
  | { readonly kind: 'left'; readonly names: readonly string[] }
  /** One that was gone, and has no program left that could answer. */
  | { readonly kind: 'pod ended'; readonly service: string; readonly pod: string }
  /** All that was applied last is what runs, but for pods that are ending. */
  | { readonly kind: 'rolled out' }
  /** From now on what is saved waits at these services; undefined: at none any more. */
  | { readonly kind: 'pause'; readonly services: readonly string[] | undefined; readonly at: number }
  /** A smoke test is over. */
  | { readonly kind: 'smoke'; readonly passed: boolean }
  /** A pod cannot start, for want of this image. */
  | { readonly kind: 'image missing'; readonly image: string }
  /** The model was rendered, begun then; some of its files were last made others at `made`. Or it could not be, and why. */
  | {
      readonly kind: 'rendered'
      readonly began: number
      /** When the model began to be read, where that was before. */
      readonly loaded?: number
      readonly made: number
      readonly error?: string
    }
  | Installation
  | {
      readonly kind: 'saved'
      readonly services: readonly string[]
      readonly path: string
      readonly at: number
    }
