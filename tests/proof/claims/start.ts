import type { Topic } from '../claim.ts'

export const start: Topic = {
  name: 'start',
  title: 'Start, and what is written about it',
  claims: [
    {
      says: 'One command brings the stack up without a container engine, with its smoke test, and takes it down without a process left',
      tests: ['tests/lib/host/stack.test.ts'],
    },
    {
      says: 'A clone whose packages are missing or old, or a Node that is too old, is told so in a sentence',
      tests: ['tests/lib/shell/start.test.ts'],
    },
    {
      says: 'A refusal is one sentence and a cure, and nothing is started',
      tests: ['tests/lib/host/refusals.test.ts'],
    },
    {
      says: 'Ctrl-C at any step of `up` leaves nothing behind; a second `up` is refused',
      tests: ['tests/lib/host/interrupted.test.ts'],
    },
    {
      says: 'It starts on machines with a proxy, a conda, a strict umask, a strange path',
      tests: ['tests/lib/host/strangers.test.ts'],
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
      tests: [
        'tests/docs/your-own-stack.test.ts',
        'tests/k8s/second-stack.test.ts',
        'tests/house/names.test.ts',
      ],
    },
  ],
}
