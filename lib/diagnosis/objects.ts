/** The parts of the API's objects that a diagnosis reads; all else is left out. */
export interface List<Item> {
  items: Item[]
}

export interface Meta {
  metadata: {
    name: string
    namespace?: string
    uid: string
    creationTimestamp: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    managedFields?: { time?: string }[]
    ownerReferences?: { kind: string; name: string }[]
  }
}

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export type NodeObject = Meta & { status: { conditions: Condition[] } }

export type WorkloadObject = Meta & {
  spec: { replicas?: number }
  status: { conditions?: Condition[]; replicas?: number; readyReplicas?: number }
}

export type ClaimObject = Meta & { spec: { storageClassName?: string }; status: { phase: string } }

export type ServiceObject = Meta & { spec: { selector?: Record<string, string> } }

export type SliceObject = Meta & {
  endpoints?: { conditions?: { ready?: boolean } }[] | null
  ports?: object[] | null
}

export type KeyedObject = Meta & { data?: Record<string, string> }

export type EventObject = Meta & {
  involvedObject: { kind: string; name: string; uid?: string; fieldPath?: string }
  reason: string
  message?: string
  lastTimestamp?: string | null
  eventTime?: string | null
  series?: { lastObservedTime?: string }
}

export interface ProbeObject {
  httpGet?: { path?: string; port: number | string }
  tcpSocket?: { port: number | string }
  exec?: { command?: string[] }
  grpc?: { port: number }
  periodSeconds?: number
  failureThreshold?: number
  initialDelaySeconds?: number
}

export interface ContainerObject {
  name: string
  image: string
  ports?: { name?: string; containerPort: number }[]
  resources?: { limits?: { memory?: string } }
  startupProbe?: ProbeObject
  readinessProbe?: ProbeObject
  livenessProbe?: ProbeObject
}

interface EndedObject {
  exitCode: number
  reason?: string
  message?: string
  finishedAt?: string
}

export interface StatusObject {
  name: string
  ready: boolean
  started?: boolean
  restartCount: number
  state?: {
    waiting?: { reason?: string; message?: string }
    running?: { startedAt: string }
    terminated?: EndedObject
  }
  lastState?: { terminated?: EndedObject }
}

export type PodObject = Meta & {
  spec: {
    nodeName?: string
    containers: ContainerObject[]
    initContainers?: ContainerObject[]
    volumes?: { persistentVolumeClaim?: { claimName: string } }[]
  }
  status: {
    phase: string
    reason?: string
    message?: string
    conditions?: Condition[]
    containerStatuses?: StatusObject[]
    initContainerStatuses?: StatusObject[]
  }
}
