import type { Problem } from '../k8s/settings.ts'
import type { Engine } from './engine.ts'
import type { FoundTool } from './find.ts'
import type { ToolName } from './versions.ts'

/** One command to run; `input` goes to its stdin. */
export interface Step {
  readonly argv: readonly string[]
  readonly input?: string
}

/** What a provider's own command says of our cluster. */
export interface Cluster {
  readonly state: 'absent' | 'stopped' | 'running'
  /** For people, like `Kubernetes v1.35.1, docker driver`; empty where there is nothing to say. */
  readonly facts: string
  /** False when the cluster was made without our port, which cannot be added later. */
  readonly published: boolean
}

export const ABSENT: Cluster = { state: 'absent', facts: '', published: false }

/** A program that makes local clusters. */
export interface Provider {
  readonly tool: ToolName
  /** The cluster, as its messages name it. */
  readonly title: string
  /** The kubectl context of the cluster. */
  readonly context: string
  /** False when the cluster's machine is none of the Docker engine's containers. */
  readonly needsEngine: boolean
  /** @throws Refusal when a cluster of that name exists that the stack cannot use */
  readonly look: (tool: FoundTool) => Promise<Cluster>
  /** @throws Refusal when the engine is too small for a new cluster */
  readonly start: (cluster: Cluster, engine: Engine | undefined) => readonly Step[]
  readonly stop: readonly Step[]
  readonly remove: readonly Step[]
  /** @returns what an exit code of `start` means and how to cure it, where the provider tells */
  readonly explain: (exitCode: number) => Problem | undefined
}
