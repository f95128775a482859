/** The parts of a manifest that refer to other objects, whatever its kind. */
export interface Referring {
  kind: string
  metadata?: { name?: string; namespace?: string }
  data?: Record<string, string>
  spec?: {
    selector?: Labels | LabelSelector
    podSelector?: LabelSelector
    ports?: { name?: string; port: number; targetPort?: number | string }[]
    ingress?: PolicyRule[]
    egress?: PolicyRule[]
    scaleTargetRef?: { kind: string; name: string }
    rules?: { http?: { paths: { backend: { service?: { name: string; port?: ServicePort } } }[] } }[]
    volumeClaimTemplates?: { metadata?: { name?: string } }[]
    template?: {
      metadata?: { labels?: Labels }
      spec?: {
        containers?: ReferringContainer[]
        initContainers?: ReferringContainer[]
        volumes?: {
          name: string
          secret?: { secretName?: string; items?: { key: string }[] }
          persistentVolumeClaim?: { claimName: string }
        }[]
      }
    }
  }
}

type Labels = Record<string, string>

interface LabelSelector {
  matchLabels?: Labels
}

interface ServicePort {
  name?: string
  number?: number
}

export interface PolicyRule {
  from?: PolicyPeer[]
  to?: PolicyPeer[]
  ports?: { port?: number | string }[]
}

interface PolicyPeer {
  podSelector?: LabelSelector
  /** Set where the peer is in another namespace. */
  namespaceSelector?: object
}

export interface ReferringContainer {
  name: string
  ports?: { name?: string; containerPort: number }[]
  env?: {
    name: string
    valueFrom?: {
      configMapKeyRef?: { name?: string; key: string }
      secretKeyRef?: { name?: string; key: string }
    }
  }[]
  volumeMounts?: { name: string }[]
}

/** Whether the object's selector selects the workload's pods; one that selects everything selects nothing meant. */
export function selects({ spec }: Referring, workload: Referring): boolean {
  const selector = spec?.selector ?? {}
  const wanted = ('matchLabels' in selector ? selector.matchLabels : selector) as Labels | undefined
  return Object.keys(wanted ?? {}).length > 0 && hasLabels(workload, wanted)
}

/** Whether the workload's pods have all these labels. */
export function hasLabels({ spec }: Referring, wanted: Labels = {}): boolean {
  const labels = spec?.template?.metadata?.labels ?? {}
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}

/** Whether a container of the workloads' pods opens this port, by name or number. */
export function opens(workloads: readonly Referring[], port: number | string | undefined): boolean {
  return workloads
    .flatMap(({ spec }) => spec?.template?.spec?.containers ?? [])
    .flatMap(({ ports }) => ports ?? [])
    .some(({ name, containerPort }) => [name, containerPort].includes(port))
}
