import type { Stack } from '../../k8s/model/stack.ts'
import type { Drift } from './drift/drift.ts'

/** What was seen of one namespace and its nodes. Gathered by `observe.ts`, judged by `diagnose.ts`. No secret in it. */
export interface Facts {
  /** What is meant to be there. */
  readonly stack: Stack
  readonly context: string
  readonly namespace: string
  /** By the API server's clock, in milliseconds since 1970, as all times here. */
  readonly now: number
  readonly nodes: readonly Node[]
  readonly dnsReady: boolean
  readonly workloads: readonly Workload[]
  /** Those on their way out, and those of a Job that is done, are left out. */
  readonly pods: readonly Pod[]
  readonly claims: readonly Claim[]
  readonly events: readonly Event[]
  /** Names of the namespace's Services. */
  readonly services: readonly string[]
  /** Those of them that select pods. */
  readonly fronts: readonly Front[]
  /** What is otherwise than the model has it, where somebody said which model. */
  readonly drift: readonly Drift[]
  /** Of the database that the programs use; undefined where the stack has none. */
  readonly databasePort: number | undefined
  /** The keys of each Secret and ConfigMap, by `Secret/name` and `ConfigMap/name`. */
  readonly keys: ReadonlyMap<string, readonly string[]>
}

export interface Front {
  /** The Service's name. */
  readonly name: string
  /** When it was last written to. */
  readonly since: number
  /** Like `app=api`. */
  readonly selector: string
  /** Names of the pods that it selects. */
  readonly pods: readonly string[]
  /** How many endpoints of it are ready, with a port that leads to them. */
  readonly ready: number
}

export interface Node {
  readonly name: string
  readonly ready: boolean
  /** What the node says of its being unready. */
  readonly message: string
  /** Like `DiskPressure`. */
  readonly pressures: readonly string[]
}

export interface Workload {
  /** Like `deployment/api`: the words kubectl takes. */
  readonly name: string
  /** Of the conditions `ReplicaFailure` and `Progressing`, and of events: why pods are not made. */
  readonly refusal: string | undefined
  readonly stuck: string | undefined
  /** How many pods it is to have; left out where it is a Job. */
  readonly replicas?: number
}

export interface Pod {
  readonly name: string
  /** Its Deployment, StatefulSet or Job as `deployment/api`; `pod/name` where nothing owns it. */
  readonly workload: string
  readonly phase: string
  readonly node: string | undefined
  readonly ready: boolean
  /** When `ready` last changed. */
  readonly readySince: number
  readonly evicted: string | undefined
  readonly unschedulable: { readonly message: string; readonly since: number } | undefined
  /** Names of the claims it mounts. */
  readonly claims: readonly string[]
  readonly containers: readonly Container[]
}

export interface Container {
  readonly name: string
  /** Runs to its end before the others start. */
  readonly init: boolean
  readonly image: string
  readonly ready: boolean
  /** Whether its startup probe has passed; true where it has none and runs. */
  readonly started: boolean
  readonly state: ContainerState
  /** How it ended the time before. */
  readonly last: Exit | undefined
  readonly memoryLimit: string | undefined
  readonly probes: Readonly<Partial<Record<ProbeName, Probe>>>
  /** What the readiness probe is answered at this moment; only of a container that runs and is not ready. */
  readonly answer: { readonly status: number; readonly body: string } | undefined
  readonly lines: readonly Line[]
  /** The last lines of the run before. */
  readonly linesBefore: readonly Line[]
}

export type ProbeName = 'startup' | 'readiness' | 'liveness'

export interface Probe {
  /** Like `GET :8080/readyz`. */
  readonly asks: string
  /** Until it counts as failed, in milliseconds, its initial delay included. */
  readonly patience: number
}

export type ContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running'; readonly since: number }
  | ({ readonly is: 'ended' } & Exit)

export interface Exit {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly at: number
}

export interface Line {
  readonly at: number
  readonly text: string
}

export interface Claim {
  readonly name: string
  readonly bound: boolean
  readonly since: number
  readonly storageClass: string | undefined
}

export interface Event {
  /** Like `Pod/api-7c9f-x2x`. */
  readonly about: string
  readonly container: string | undefined
  readonly reason: string
  readonly message: string
  /** When it was last seen. */
  readonly at: number
}
