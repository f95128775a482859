import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule'
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule'
import { DATABASE_CLIENT } from './database-client.ts'
import { exposure } from './exposure.ts'
import { NetworkPolicy } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { isReplaced } from './model/replaced.ts'
import type { Stack } from './model/stack.ts'
import { labels, namesOf, selector } from './names.ts'
import { installers } from './packages.ts'
import { type NamedProgram, programs, stores } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'
import { SMOKE } from './smoke.ts'
import { transient } from './transient.ts'

/** Whatever may stand outside for a service of the stack, what everybody can reach by https, and who gathers traces. */
export const OUTSIDE = 'outside'
export const INTERNET = 'internet'
export const COLLECTOR = 'collector'

/** One arrow of the architecture's picture: who opens connections to whom. */
export interface Arrow {
  readonly from: string
  /** A service, or `OUTSIDE`, `INTERNET` or `COLLECTOR`. */
  readonly to: string
}

/** Every connection that the stack's pods open to one another or to the world; beside these, only DNS. */
export function arrows(settings: Settings): readonly Arrow[] {
  const { stack, leftOut } = settings
  const { journey, database } = stack
  const arrow = (from: string) => (to: string) => ({ from, to: isReplaced(settings, to) ? OUTSIDE : to })
  const all = [
    ...programs(settings).flatMap(({ name, calls = [], callsInternet, telemetry }) => [
      ...calls.map(arrow(name)),
      ...(telemetry && settings.collector ? [{ from: name, to: COLLECTOR }] : []),
      ...(callsInternet?.(settings) ? [{ from: name, to: INTERNET }] : []),
    ]),
    ...journey.calls.map(arrow(SMOKE)),
    ...(database ? [arrow(DATABASE_CLIENT)(database.service)] : []),
  ]
  return all.filter(({ to }) => !leftOut.includes(to))
}

/**
 * Nothing may connect to a pod of the namespace, nor a pod to anything, but for the arrows and the browser's way to the
 * page. Where the cluster's network plugin does not enforce policies, they change nothing.
 */
export function networkPolicies(settings: Settings, profile: Profile): Manifest[] {
  const { stack } = settings
  const { namespace } = namesOf(stack)
  // To the sources of packages, wherever they are; in the loop alone.
  const installing = inLoop(profile) ? installers(settings).map(({ name }) => name) : []
  const all = [...arrows(settings), ...installing.map((from) => ({ from, to: OUTSIDE }))]
  const ports = new Map([...programs(settings), ...stores(settings)].map(({ name, port }) => [name, port]))
  const policy = (name: string): Manifest => {
    const callers = all.filter(({ to }) => to === name).map(({ from }) => from)
    const calls = all.filter(({ from, to }) => from === name && to !== COLLECTOR)
    const callees = [...new Set(calls.map(({ to }) => to))]
    return new NetworkPolicy({
      metadata: { name, namespace, labels: labels(stack, name, 'network') },
      spec: {
        podSelector: { matchLabels: selector(stack, name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: incoming(stack, callers, ports.get(name)),
        egress: [
          ...(callees.length > 0 ? [DNS] : []),
          ...callees.map((callee) => outgoing(stack, callee, ports.get(callee))),
        ],
      },
    })
  }
  return [
    new NetworkPolicy({
      metadata: { name: 'default-deny', namespace, labels: labels(stack, 'default-deny', 'network') },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    }),
    ...[...ports.keys(), ...transient(stack), ...installing].map(policy),
    ...senders(
      stack,
      all.flatMap(({ from, to }) => (to === COLLECTOR ? [from] : [])),
    ),
    ...(exposure(settings, profile) === 'internal'
      ? []
      : programs(settings)
          .filter(({ nodePort }) => nodePort)
          .map((program) => visitors(stack, program))),
  ]
}

/** Those who send traces, to wherever the collector is: of their own, for it is there or not beside all else they call. */
function senders(stack: Stack, names: readonly string[]): Manifest[] {
  return names.map(
    (name) =>
      new NetworkPolicy({
        metadata: {
          name: `${name}-${COLLECTOR}`,
          namespace: namesOf(stack).namespace,
          labels: labels(stack, `${name}-${COLLECTOR}`, 'network'),
        },
        spec: {
          podSelector: { matchLabels: selector(stack, name) },
          policyTypes: ['Egress'],
          egress: [DNS, TO_OUTSIDE],
        },
      }),
  )
}

/** Browsers, through a port of the nodes, a load balancer or an ingress controller: whose addresses nobody knows here. */
function visitors(stack: Stack, { name, port }: NamedProgram): Manifest {
  const title = `${name}-visitors`
  return new NetworkPolicy({
    metadata: {
      name: title,
      namespace: namesOf(stack).namespace,
      labels: labels(stack, title, 'network'),
    },
    spec: {
      podSelector: { matchLabels: selector(stack, name) },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port }] }],
    },
  })
}

function incoming(
  stack: Stack,
  callers: readonly string[],
  port: number | undefined,
): INetworkPolicyIngressRule[] {
  if (callers.length === 0 || port === undefined) return []
  const from = callers.map((name) => ({ podSelector: { matchLabels: selector(stack, name) } }))
  return [{ from, ports: [{ protocol: 'TCP', port }] }]
}

function outgoing(stack: Stack, callee: string, port: number | undefined): INetworkPolicyEgressRule {
  if (callee === INTERNET) return TO_INTERNET
  if (callee === OUTSIDE || port === undefined) return TO_OUTSIDE
  return {
    to: [{ podSelector: { matchLabels: selector(stack, callee) } }],
    ports: [{ protocol: 'TCP', port }],
  }
}

const LINK_LOCAL = '169.254.0.0/16'

/**
 * A policy knows addresses, not names: which host outside is meant cannot be said. But neither is
 * a cloud's metadata server, which gives a node's credentials to whoever asks:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
const TO_OUTSIDE: INetworkPolicyEgressRule = {
  to: [
    { ipBlock: { cidr: '0.0.0.0/0', except: [LINK_LOCAL] } },
    { ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::254/128', 'fd20:ce::254/128'] } },
  ],
  ports: [{ protocol: 'TCP' }],
}

/** Addresses that are nobody's own network: https://www.iana.org/assignments/iana-ipv4-special-registry */
const TO_INTERNET: INetworkPolicyEgressRule = {
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
