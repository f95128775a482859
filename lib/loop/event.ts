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
  /** Once they are: the name that a program with them tells. */
  readonly packages?: string
  readonly error?: string
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
  /** A smoke test is over. */
  | { readonly kind: 'smoke'; readonly passed: boolean }
  /** A pod cannot start, for want of this image. */
  | { readonly kind: 'image missing'; readonly image: string }
  /** The model was rendered, begun then; some of its files were last made others at `made`. Or it could not be, and why. */
  | {
      readonly kind: 'rendered'
      readonly began: number
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
