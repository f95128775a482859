import type { Problem } from '../../k8s/model/problem.ts'
import type { Addon } from './addons.ts'
import type { Engine } from './engine.ts'
import type { FoundTool } from './find.ts'
import type { ToolName } from './versions.ts'

/** One command to run; `input` goes to its stdin, `env` into its environment. */
export interface ProviderStep {
  readonly argv: readonly string[]
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What a provider's own command says of our cluster. */
export interface ProviderCluster {
  readonly state: 'absent' | 'stopped' | 'running'
  /** For people, like `Kubernetes v1.35.1, docker driver`; empty where there is nothing to say. */
  readonly facts: string
  /** False when the cluster was made without our port, which cannot be added later. */
  readonly published: boolean
  /** False when its API server writes Secrets to its disk as they are. */
  readonly encrypted: boolean
  /** The names of its nodes, as the provider has them. */
  readonly nodes: readonly string[]
}

export const ABSENT: ProviderCluster = {
  state: 'absent',
  facts: '',
  published: false,
  encrypted: false,
  nodes: [],
}

/** What a new cluster is to be. */
export interface NewCluster {
  /** Undefined where nobody asked for a number. */
  readonly nodes: number | undefined
  /** The file of this machine that tells the API server how to encrypt Secrets, from `encryptionFile`. */
  readonly encryption: string
  /** Undefined where the cluster is none of the engine's containers. */
  readonly engine: Engine | undefined
}

/** A program that makes local clusters. */
export interface Provider {
  readonly tool: ToolName
  /** The cluster, as its messages name it. */
  readonly title: string
  /** The kubectl context of the cluster. */
  readonly context: string
  /** False when the cluster's machine is none of the Docker engine's containers. */
  readonly needsEngine: boolean
  /** The folder of this machine from which a cluster's nodes get their encryption file. */
  readonly keyFolder: string
  /** @throws Refusal when a cluster of that name exists that the stack cannot use */
  readonly look: (tool: FoundTool) => Promise<ProviderCluster>
  /** @returns the ports of this machine that a new cluster of so many nodes will take */
  readonly takes: (nodes: number | undefined) => readonly number[]
  /** @throws Refusal when the engine is too small for it */
  readonly create: (wanted: NewCluster) => readonly ProviderStep[]
  /** Starts a cluster that is stopped, as it was made. */
  readonly start: (cluster: ProviderCluster) => readonly ProviderStep[]
  /** Switches addons on in a cluster that runs. @throws Refusal where the provider has none */
  readonly enable: (addons: readonly Addon[]) => readonly ProviderStep[]
  readonly stop: (cluster: ProviderCluster) => readonly ProviderStep[]
  readonly remove: readonly ProviderStep[]
  /** @returns what an exit code of `create` or `start` means and how to cure it, where the provider tells */
  readonly explain: (exitCode: number) => Problem | undefined
}
