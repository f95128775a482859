import { migrator } from '../../../k8s/services.ts'
import { programOf, rule } from './rule.ts'

/** What readiness answers: apps/backend/core/health.py, apps/frontend/src/server/readiness.ts. */
export const migrationRules = [
  rule(
    'migration-behind',
    /The schema is at ([\w ]+), (\w+) is needed|The schema auth lacks ([\w., ]+):/,
    (match, { where, cluster, stack }) => {
      const [, at, needed, lacks] = match
      return {
        message: lacks
          ? `The tables of ${where} are behind its code: schema auth lacks ${lacks}.`
          : `The tables of ${where} are behind its code: they are at ${at}, ${needed} is needed.`,
        // A pod migrates before it starts.
        cure: cluster
          ? `kubectl -n ${cluster.namespace} rollout restart deployment/${migrator(stack, programOf({ where }))?.name ?? programOf({ where })}`
          : 'npm run up',
      }
    },
  ),
]
