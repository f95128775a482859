import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule'
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule'
import type { ConfigKey } from './configuration.ts'
import { DATABASE_CLIENT } from './database-client.ts'
import { exposure } from './exposure.ts'
import type { Manifest } from './manifest.ts'
import { labels, NAMESPACE, type ServiceName, selector } from './names.ts'
import { postgres, type Service } from './services.ts'
import type { Profile, Settings } from './settings.ts'
import { SMOKE } from './smoke.ts'
import { TRANSIENT } from './transient.ts'

type Callee = ServiceName | typeof postgres.name | 'outside' | 'internet'

/** One arrow of the architecture's picture: who opens connections to whom. */
export interface Arrow {
  readonly from: string
  /** `outside` is whatever an external database or model may be, `internet` what everybody can reach by https. */
  readonly to: Callee
}

/** Who is told an address may call it. */
const LEADS_TO: Partial<Record<ConfigKey, ServiceName>> = {
  BACKEND_URL: 'backend',
  JWKS_URL: 'frontend',
  MCP_URL: 'mcp',
  OPENAI_BASE_URL: 'assistant-stub',
} satisfies Record<Extract<ConfigKey, `${string}_URL`>, ServiceName>

/** Every connection that the stack's pods open to one another or to the world; beside these, only DNS. */
export function arrows(running: readonly Service[], settings: Settings): readonly Arrow[] {
  const database = settings.database === 'cluster' ? postgres.name : 'outside'
  const ofServices = running.flatMap(({ name, config, secrets }): Arrow[] => [
    ...config.flatMap((key) => {
      const named = LEADS_TO[key]
      if (!named) return []
      return [
        { from: name, to: running.some((service) => service.name === named) ? named : ('outside' as const) },
      ]
    }),
    ...(secrets.includes('DATABASE_URL') ? [{ from: name, to: database } as const] : []),
    // The push services of the browsers.
    ...(secrets.includes('VAPID_PRIVATE_KEY') ? [{ from: name, to: 'internet' } as const] : []),
  ])
  const ofSmoke = (['frontend', 'backend', 'mcp', database] as const).map((to) => ({ from: SMOKE, to }))
  return [...ofServices, ...ofSmoke, { from: DATABASE_CLIENT, to: database }]
}

/**
 * Nothing may connect to a pod of the namespace, nor a pod to anything, but for the arrows and the browser's way to the
 * page. Where the cluster's network plugin does not enforce policies, they change nothing.
 */
export function networkPolicies(
  running: readonly Service[],
  settings: Settings,
  profile: Profile,
): Manifest[] {
  const all = arrows(running, settings)
  const ports = new Map<string, number>([
    ...running.map(({ name, port }) => [name, port] as const),
    ...(settings.database === 'cluster' ? [[postgres.name, postgres.port] as const] : []),
  ])
  const policy = (name: string): Manifest => {
    const callers = all.filter(({ to }) => to === name).map(({ from }) => from)
    const callees = [...new Set(all.filter(({ from }) => from === name).map(({ to }) => to))]
    return new NetworkPolicy({
      metadata: { name, namespace: NAMESPACE, labels: labels(name, 'network') },
      spec: {
        podSelector: { matchLabels: selector(name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: incoming(callers, ports.get(name)),
        egress: [
          ...(callees.length > 0 ? [DNS] : []),
          ...callees.map((callee) => outgoing(callee, ports.get(callee))),
        ],
      },
    })
  }
  return [
    new NetworkPolicy({
      metadata: { name: 'default-deny', namespace: NAMESPACE, labels: labels('default-deny', 'network') },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    }),
    ...[...ports.keys(), ...TRANSIENT].map(policy),
    ...(exposure(settings, profile) === 'internal'
      ? []
      : running.filter(({ nodePort }) => nodePort).map(visitors)),
  ]
}

/** Browsers, through a port of the nodes, a load balancer or an ingress controller: whose addresses nobody knows here. */
function visitors({ name, port }: Service): Manifest {
  const title = `${name}-visitors`
  return new NetworkPolicy({
    metadata: { name: title, namespace: NAMESPACE, labels: labels(title, 'network') },
    spec: {
      podSelector: { matchLabels: selector(name) },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port }] }],
    },
  })
}

function incoming(callers: readonly string[], port: number | undefined): INetworkPolicyIngressRule[] {
  if (callers.length === 0 || port === undefined) return []
  const from = callers.map((name) => ({ podSelector: { matchLabels: selector(name) } }))
  return [{ from, ports: [{ protocol: 'TCP', port }] }]
}

function outgoing(callee: Callee, port: number | undefined): INetworkPolicyEgressRule {
  if (callee === 'internet') return INTERNET
  if (callee === 'outside' || port === undefined) return OUTSIDE
  return { to: [{ podSelector: { matchLabels: selector(callee) } }], ports: [{ protocol: 'TCP', port }] }
}

const LINK_LOCAL = '169.254.0.0/16'

/**
 * A policy knows addresses, not names: which host outside is the database's or the model's cannot be said. But neither is
 * a cloud's metadata server, which gives a node's credentials to whoever asks:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
const OUTSIDE: INetworkPolicyEgressRule = {
  to: [
    { ipBlock: { cidr: '0.0.0.0/0', except: [LINK_LOCAL] } },
    { ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::254/128', 'fd20:ce::254/128'] } },
  ],
  ports: [{ protocol: 'TCP' }],
}

/** Addresses that are nobody's own network: https://www.iana.org/assignments/iana-ipv4-special-registry */
const INTERNET: INetworkPolicyEgressRule = {
  to: [
    {
      ipBlock: {
        cidr: '0.0.0.0/0',
        except: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', LINK_LOCAL, '172.16.0.0/12', '192.168.0.0/16'],
      },
    },
    { ipBlock: { cidr: '2000::/3' } },
  ],
  ports: [{ protocol: 'TCP', port: 443 }],
}

/**
 * CoreDNS, or a resolver on the node: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ listens on
 * 169.254.20.10, Google's Cloud DNS on 169.254.169.254.
 */
const DNS: INetworkPolicyEgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
    { ipBlock: { cidr: LINK_LOCAL } },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
}
