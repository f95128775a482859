import type { Topic } from '../claim.ts'

export const deployment: Topic = {
  name: 'deployment',
  title: 'Deployments, in a cluster',
  claims: [
    {
      says: '`skaffold run` brings everything up with the smoke test; `delete` keeps the data, and the next run finds it',
      tests: ['tests/cluster/run-and-delete.test.ts'],
    },
    {
      says: 'A real API server takes the manifests of every profile as they are',
      tests: ['tests/cluster/manifests.test.ts'],
    },
    {
      says: 'The chart installs, upgrades, rolls back and uninstalls; `helm lint` finds nothing',
      tests: [
        'tests/cluster/helm.test.ts',
        'tests/cluster/helm-secret.test.ts',
        'tests/cluster/helm-template.test.ts',
      ],
    },
    {
      says: 'Raw manifests, and a registry, do as well',
      tests: ['tests/cluster/raw.test.ts', 'tests/cluster/remote.test.ts'],
    },
    { says: 'A backup of the cluster’s database restores', tests: ['tests/cluster/backup.test.ts'] },
    { says: 'Another stack deploys next to it', tests: ['tests/cluster/other-stacks.test.ts'] },
    {
      says: 'What is wrong is refused before anything is deployed',
      tests: ['tests/cluster/bad-input.test.ts'],
    },
    {
      says: 'What is broken is named, once, with its cure; and what is not is not',
      tests: ['tests/cluster/diagnosis.test.ts'],
    },
    {
      says: 'Users and assistant do there what they do here',
      tests: ['tests/cluster/chat.test.ts', 'tests/cluster/stories.test.ts'],
    },
  ],
}
