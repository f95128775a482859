import type { Stack } from '../../../k8s/model/stack.ts'
import type { NamedProgram } from '../../../k8s/services.ts'
import type { Fault } from '../fault/fault.ts'
import type { LoadedHooks } from '../hooks/loaded.ts'
import type { Pause } from '../pause.ts'
import type { KeptLine } from '../record/kinds.ts'
import type { Wanted } from '../record/wanted.ts'
import type { FileContent } from './verdict.ts'

/** What a loop can do for those who ask. */
export interface Means {
  readonly stack: Stack
  /** Those that run. */
  readonly services: () => readonly NamedProgram[]
  /** As what a file comes to what runs that is no source of a program, by its path in the checkout. */
  readonly broughtAs: (path: string) => FileContent['brought']
  readonly restart: (service: string) => Promise<void>
  /** Starts a service that the loop did without, and what that calls. @returns what was started @throws Refusal where there is none */
  readonly start: (service: string) => Promise<readonly string[]>
  /** Has a service be away, or slow, for a while; it ends by itself. */
  readonly fault: (fault: Fault) => Promise<void>
  /** @returns the SHA-256 of the content that a server of a program has of a file below its folder, where that can be known */
  readonly look: (program: NamedProgram, file: string) => Promise<string | undefined>
  readonly pause: Pick<Pause, 'begin' | 'end'>
  /** @returns where a browser of this machine reaches it; undefined where it does not */
  readonly addressOf: (program: NamedProgram) => string | undefined
  readonly stop: () => void
  /** Tells of each line that is kept, until the signal. */
  readonly follow: (hear: (line: KeptLine) => void, until: AbortSignal) => void
  /** @returns at most so many of the lines that are kept at the moment of the call, the latest, in their order */
  readonly logs: (wanted: Wanted, last: number) => Promise<readonly KeptLine[]>
  /** Where Skaffold starts any. */
  readonly hooks?: LoadedHooks
}
