import type { Topic } from '../claim.ts'

export const live: Topic = {
  name: 'live',
  title: 'The loop, in a cluster',
  claims: [
    {
      says: 'A save is served in the running pods, and broken code is said to be',
      tests: ['tests/cluster/dev-loop.test.ts'],
    },
    {
      says: 'The same where the nodes do not hold the checkout',
      tests: ['tests/cluster/synced-loop.test.ts'],
    },
  ],
}
