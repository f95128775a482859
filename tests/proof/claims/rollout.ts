import type { Topic } from '../claim.ts'

export const rollout: Topic = {
  name: 'rollout',
  title: 'Zero downtime, in a cluster',
  claims: [
    {
      says: 'A rolling update, its undoing, and a deleted pod fail no request; the pod is back within 30 s',
      tests: ['tests/cluster/rollout.test.ts'],
    },
  ],
}
