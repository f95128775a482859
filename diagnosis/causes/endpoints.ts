import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'

/** Milliseconds: endpoints follow pods. */
const A_MOMENT = 5_000

/** A Service that leads nowhere, though pods are ready: whoever calls it gets no connection. */
export function noEndpoints({ fronts, pods, namespace, now }: Facts): Finding[] {
  return fronts.flatMap(({ name, selector, pods: selected, ready }): Finding[] => {
    const own = pods.filter((pod) => selected.includes(pod.name))
    const settled = own.filter((pod) => pod.ready && now - pod.readySince > A_MOMENT)
    // Those that are starting, or fail for a reason of their own.
    if (ready > 0 || (own.length > 0 && settled.length === 0)) return []
    const where = `service/${name}`
    return [
      {
        cause: 'no-endpoints',
        where,
        message:
          own.length === 0
            ? `Service ${name} leads nowhere: no pod has the labels that it selects (${selector}).`
            : `Service ${name} leads nowhere: none of its endpoints is ready, though its pods are.`,
        cure:
          own.length === 0
            ? `npm run up — or look at: kubectl -n ${namespace} get pods --show-labels`
            : `kubectl -n ${namespace} describe service ${name} shows its ports; npm run up puts them back`,
        evidence: [],
      },
    ]
  })
}
