import type { Topic } from '../claim.ts'

export const rollout: Topic = {
  name: 'rollout',
  title: 'Zero downtime, in a cluster',
  claims: [
    {
      says: 'A rolling update, its undoing, and a deleted pod fail no request; the pod comes back',
      tests: ['tests/cluster/rollout.test.ts'],
    },
    {
      says: 'While frontend, API and MCP server are rolled, rolled back, scaled, migrated and lose a pod, no request fails, no stream breaks off and no write is lost; without what keeps old pods serving, they do',
      tests: ['tests/proof/cluster/downtime.test.ts'],
    },
  ],
}
