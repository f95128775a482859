import type { Topic } from '../claim.ts'

export const hooks: Topic = {
  name: 'hooks',
  title: 'Hooks',
  claims: [
    {
      says: 'Whatever settings, shell, umask, clock and cluster a hook meets, it ends with a sentence and a code, shows no secret, and leaves things as before or as asked',
      tests: ['tests/hooks/under-fire.test.ts'],
    },
    {
      says: 'Ended at any step, started twice at once, or without room on the disk, a hook leaves whole files, and the next run makes them right',
      tests: ['tests/hooks/cut-short.test.ts'],
    },
    {
      says: 'Render writes what the model says, only where bytes differ, and no file of somebody else',
      tests: ['tests/hooks/render.test.ts', 'tests/hooks/rendered-files.test.ts'],
    },
    {
      says: 'The gate refuses an unfit cluster with a cure, and writes nothing',
      tests: ['tests/hooks/gate.test.ts', 'tests/hooks/gate-verdict.test.ts'],
    },
    {
      says: 'Secrets are given, kept or made once, and never forgotten, printed or put on a command line',
      tests: ['tests/hooks/secrets.test.ts', 'tests/hooks/secrets-plan.test.ts'],
    },
    { says: 'What was changed by hand is put back, and only that', tests: ['tests/hooks/drift.test.ts'] },
    {
      says: 'The smoke test fails where the stack is broken, and says at what',
      tests: ['tests/hooks/smoke.test.ts', 'stack/tests/journey.test.ts'],
    },
  ],
}
