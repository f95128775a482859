import type { Facts, Pod } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** Milliseconds: endpoints follow pods, and a workload is made after its Service. */
const A_MOMENT = 5_000

/** A Service that leads nowhere, though pods are ready or none is to be: whoever calls it gets no connection. */
export function noEndpoints({ fronts, pods, workloads, namespace, now }: Facts): OwnFinding[] {
  const isSettled = (pod: Pod) => pod.ready && now - pod.readySince > A_MOMENT
  return fronts.flatMap(({ name, since, selector, pods: selected, ready }): OwnFinding[] => {
    if (ready > 0 || now - since <= A_MOMENT) return []
    const own = pods.filter((pod) => selected.includes(pod.name))
    // A Service has the name of its workload.
    const meant = pods.filter(({ workload }) => workload.endsWith(`/${name}`))
    const isBeingMade = workloads.some((one) => one.name.endsWith(`/${name}`) && one.replicas !== 0)
    // Those that are starting, or fail for a reason of their own.
    if (own.length > 0 && !own.some(isSettled)) return []
    if (own.length === 0 && (meant.length > 0 ? !meant.some(isSettled) : isBeingMade)) return []
    const where = `service/${name}`
    return [
      {
        cause: 'no-endpoints',
        where,
        message:
          own.length === 0
            ? `Service ${name} leads nowhere: no pod has the labels that it selects (${selector}).`
            : `Service ${name} leads nowhere: none of its endpoints is ready, though its pods are.`,
        details: own.length === 0 ? [selector] : [],
        cure:
          own.length === 0
            ? `npm run up — or look at: kubectl -n ${namespace} get pods --show-labels`
            : `kubectl -n ${namespace} describe service ${name} shows its ports; npm run up puts them back`,
        evidence: [],
      },
    ]
  })
}
