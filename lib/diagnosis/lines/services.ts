import type { Cause, Place } from '../../../k8s/model/cause.ts'

/** A connection that a service of the stack refuses, as Node, Python and Go word it; the database has words of its own. */
export const serviceCauses: readonly Cause[] = [
  {
    id: 'service-refused',
    says: ({ ports }: Place) =>
      new RegExp(
        `(?:ECONNREFUSED \\S*:|Connect call failed \\('[^']+', |dial tcp \\S*:)(${[...ports.keys()].join('|') || 'none'})\\b`,
      ),
    means: ([, port], { where, cluster, ports }) => {
      const service = ports.get(Number(port)) ?? ''
      return {
        message: `${where} is refused a connection by ${service}, which should listen on port ${port}.`,
        cure: cluster
          ? `kubectl -n ${cluster.namespace} describe service ${service} — or npm run up, which puts it back`
          : 'npm run up',
        details: [service],
        blames: service,
      }
    },
  },
]
