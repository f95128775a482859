import type { Topic } from '../claim.ts'

export const start: Topic = {
  name: 'start',
  title: 'Start, and what is written about it',
  claims: [
    {
      says: 'A clone whose packages are missing or old, or a Node that is too old, is told so in a sentence',
      tests: ['tests/lib/shell/start.test.ts'],
    },
    {
      says: 'A refusal is one sentence and a cure, and nothing is started',
      tests: ['tests/lib/host/refusals.test.ts'],
    },
    {
      says: 'A script makes the local cluster, with the tools it needs, and adds an ingress controller',
      tests: ['tests/scripts/cluster.test.ts', 'tests/lib/cluster/install.test.ts'],
    },
    {
      says: 'README and `docs/` name files, links and commands that exist',
      tests: ['tests/docs/paths.test.ts'],
    },
    {
      says: 'Each cause that the doctor names has a line in the runbook, and no other',
      tests: ['tests/lib/diagnosis/runbook.test.ts', 'stack/tests/causes.test.ts'],
    },
    {
      says: 'Another stack takes one folder, as its guide says',
      tests: ['tests/k8s/second-stack.test.ts', 'tests/house/names.test.ts'],
    },
  ],
}
