import type { Node } from '../facts.ts'

/** What the gate has seen of a cluster and this machine. Gathered by `observe.ts`, judged by `verdict.ts`. */
export interface FitnessFacts {
  readonly context: string
  /** Host name of the API server in the kubeconfig; absent when there is no such context. */
  readonly server: string | undefined
  /** Absent when the API server did not answer; `refusal` says what kubectl said then. */
  readonly cluster: ClusterFacts | undefined
  readonly refusal: string | undefined
  /** Ports of this machine that something else listens on. */
  readonly takenPorts: readonly number[]
  /** Whether every node has this checkout mounted; absent where nobody asked. */
  readonly nodesHoldCheckout: boolean | undefined
  readonly externalDatabase: { readonly host: string; readonly answers: boolean } | undefined
}

/** Undefined is what the person may not see. */
export interface ClusterFacts {
  readonly hasDefaultStorageClass: boolean | undefined
  readonly hasDefaultIngressClass: boolean | undefined
  /** Whether metrics.k8s.io answers, which tells autoscalers how busy pods are. */
  readonly hasMetrics: boolean | undefined
  /** Of each store, whether it has a claim, and the size of the volume that it asks for, or that an earlier one left. */
  readonly volumes: Readonly<Record<string, { readonly claimed: boolean; readonly size: string | undefined }>>
  readonly namespaceTerminating: boolean
  /** Absent for a cluster that others use too: its nodes come and go, and what else runs there is not ours to read. */
  readonly own: OwnCluster | undefined
}

/** What is looked at where the cluster is this machine's. */
export interface OwnCluster {
  readonly nodes: readonly (Node & { readonly cpuMillis: number; readonly memoryBytes: number })[]
  readonly dnsReady: boolean
  /** Requests of every pod that is not ours, summed. */
  readonly requested: { readonly cpuMillis: number; readonly memoryBytes: number }
  /** Which Service of another namespace holds a NodePort of ours. */
  readonly nodePortHolder: string | undefined
}
