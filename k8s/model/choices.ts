/** How a browser comes to the page; `internal` leaves it to `kubectl port-forward`. */
export type Exposure = 'nodeport' | 'loadbalancer' | 'ingress' | 'internal'

/** SQL by file name: what the database of a stack runs once, in the order of the names, when it is made. */
export type InitScripts = Readonly<Record<string, string>>

/** What a person chose, in `.env.local` or on a command line, or what follows where nobody did. Holds no secret value. */
export interface Choices {
  /** What they say about the stack itself; the fallbacks where they say nothing. */
  readonly own: Readonly<Record<string, string>>
  /** The services of the stack that are not ours to run, because another one outside is named. */
  readonly replaced: readonly string[]
  /** The services that the loop does without, because others were asked for. */
  readonly leftOut: readonly string[]
  /** Undefined where nobody chose: then it follows from the profile. */
  readonly exposure: Exposure | undefined
  /** Where a browser finds the page, like `https://app.example.com`; undefined: it follows from the exposure. */
  readonly publicUrl: string | undefined
  /** Networks of the proxies before the page, by whose word it knows a browser's address; undefined: it follows from the exposure. */
  readonly trustedProxies: string | undefined
  /** Of each program that can be there several times, outside the loop. */
  readonly replicas: number
  /** Most replicas that load may bring; 0: no autoscaling; undefined: it follows from the profile. */
  readonly autoscaleUpTo: number | undefined
  /** What no container may exceed, as Kubernetes quantities. */
  readonly limits: { readonly cpu: string; readonly memory: string }
  /** Size of each store's volume, as a Kubernetes quantity. */
  readonly storage: Readonly<Record<string, string>>
  /** Run when the database of the stack is made; one outside is made elsewhere. */
  readonly initScripts: InitScripts
  readonly networkPolicies: boolean
  /** Where a collector takes traces and metrics by OTLP over HTTP; undefined where there is none. */
  readonly collector: string | undefined
  /** What serves in the loop: a runtime's reloader, or the one that its server brings, to compare with. */
  readonly reloaders: 'own' | 'stock'
  /** Whether a loop of ours follows the pods, and gathers what they write of traces and metrics. */
  readonly gathered: boolean
  /** The services that a debugger may come to, in the loop. */
  readonly debug: readonly string[]
  /** Whether a loop tells a person whose terminal is not in front what breaks and heals. */
  readonly notifications: boolean
  /** The one context besides the local ones that the gate lets through. */
  readonly kubeContext: string | undefined
  /** Added to every port of the host target, so that two checkouts can run side by side. */
  readonly portOffset: number
}
