import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** The last resort: a rollout that makes no progress, and nothing here knows why. */
export function rolloutStuck({ workloads, namespace }: Facts): OwnFinding[] {
  return workloads.flatMap(({ name: where, stuck }) =>
    stuck === undefined
      ? []
      : [
          {
            cause: 'rollout-stuck',
            where,
            message: `${where} makes no progress: its new pods do not become ready in time.`,
            cure: `kubectl -n ${namespace} describe ${where.replace('/', ' ')}`,
            evidence: [stuck],
          },
        ],
  )
}
