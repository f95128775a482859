import { BlockList } from 'node:net'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer'
import type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort'

/** One end of a connection: a pod, or an address that is no pod's. */
export type End =
  | { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly address: string }

export interface Port {
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
}

/**
 * Whether these policies let one end open a connection to the other, as
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/ says it: both ends have to agree.
 */
export function mayConnect(policies: readonly INetworkPolicy[], from: End, to: End, port: Port): boolean {
  const outgoing = rules(policies, from, 'Egress').map(({ to, ports }) => ({ peers: to, ports }))
  const incoming = rules(policies, to, 'Ingress').map(({ from, ports }) => ({ peers: from, ports }))
  const home = (end: End) => ('namespace' in end ? end.namespace : undefined)
  const agrees = (isolated: boolean, those: typeof outgoing, one: End, other: End) =>
    !isolated || those.some(({ peers, ports }) => names(peers, other, home(one)) && covers(ports, port))
  return (
    agrees(selecting(policies, from, 'Egress').length > 0, outgoing, from, to) &&
    agrees(selecting(policies, to, 'Ingress').length > 0, incoming, to, from)
  )
}

function selecting(policies: readonly INetworkPolicy[], end: End, type: 'Ingress' | 'Egress') {
  if (!('labels' in end)) return []
  return policies.filter(
    ({ metadata, spec }) =>
      metadata?.namespace === end.namespace &&
      spec?.policyTypes?.includes(type) &&
      has(end.labels, spec.podSelector?.matchLabels),
  )
}

function rules(policies: readonly INetworkPolicy[], end: End, type: 'Ingress' | 'Egress') {
  return selecting(policies, end, type).flatMap(
    ({ spec }): { from?: INetworkPolicyPeer[]; to?: INetworkPolicyPeer[]; ports?: INetworkPolicyPort[] }[] =>
      (type === 'Ingress' ? spec?.ingress : spec?.egress) ?? [],
  )
}

/** No peers means anybody. */
function names(peers: INetworkPolicyPeer[] | undefined, end: End, namespace: string | undefined): boolean {
  return !peers?.length || peers.some((peer) => isPeer(peer, end, namespace))
}

/** @param own the namespace of the policy, of which a peer is that names none */
function isPeer(
  { ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer,
  end: End,
  own: string | undefined,
): boolean {
  if ('address' in end)
    return (
      ipBlock !== undefined &&
      within(ipBlock.cidr, end.address) &&
      !ipBlock.except?.some((cidr) => within(cidr, end.address))
    )
  if (ipBlock) return false
  const namespace = namespaceSelector
    ? has({ 'kubernetes.io/metadata.name': end.namespace }, namespaceSelector.matchLabels)
    : end.namespace === own
  return namespace && has(end.labels, podSelector?.matchLabels)
}

/** No ports means any; a port without a number means any of its protocol. */
function covers(ports: INetworkPolicyPort[] | undefined, { protocol, port }: Port): boolean {
  return (
    !ports?.length ||
    ports.some(
      (open) => (open.protocol ?? 'TCP') === protocol && [undefined, port].includes(open.port as number),
    )
  )
}

function has(labels: Readonly<Record<string, string>>, wanted: Record<string, string> = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}

function within(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/')
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4')
  if (family(network) !== family(address)) return false
  const block = new BlockList()
  block.addSubnet(network, Number(bits), family(network))
  return block.check(address, family(address))
}
