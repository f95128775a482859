import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** No Service can be found by its name. */
export function dnsDown({ dnsReady }: Pick<Facts, 'dnsReady'>): OwnFinding[] {
  if (dnsReady) return []
  return [
    {
      cause: 'dns-down',
      where: 'service/kube-dns',
      message:
        'The cluster has no working DNS: no endpoint of kube-dns is ready, so Services cannot find each other.',
      cure: 'kubectl -n kube-system rollout status deployment/coredns',
      evidence: [],
    },
  ]
}
