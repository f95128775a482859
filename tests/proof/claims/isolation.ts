import type { Topic } from '../claim.ts'

export const isolation: Topic = {
  name: 'isolation',
  title: 'Isolation and secrets, in a cluster',
  claims: [
    {
      says: 'Bad tokens are 401, those of others 403, at API and MCP',
      tests: ['tests/cluster/auth.test.ts'],
    },
    {
      says: 'A pod connects to those that it calls, and to nobody else',
      tests: ['tests/cluster/network.test.ts'],
      elsewhere:
        'where the network plugin enforces no policy, the 42 connections that are not allowed are skipped',
    },
    { says: 'Secrets are encrypted in etcd', tests: ['tests/cluster/encryption.test.ts'] },
    {
      says: 'No value of a secret in objects, pods’ environments, command lines, logs; each can be made anew',
      tests: ['tests/cluster/secrets.test.ts'],
    },
    {
      says: 'No value of a secret in any layer of an image that runs',
      tests: ['tests/proof/cluster/layers.test.ts'],
    },
  ],
}
