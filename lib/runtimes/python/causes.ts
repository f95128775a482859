import type { Cause } from '../../../k8s/model/cause.ts'

/** What the loop's reloader says of migrations, reload/revisions.py. */
export const pythonCauses: readonly Cause[] = [
  {
    id: 'migration-edited',
    says: /The migration (\S+) was edited after others had followed it/,
    whileReady: true,
    means: ([, file = ''], { where }) => ({
      message: `The database of ${where} has what ${file} said before it was edited: others follow it, so it cannot be taken back.`,
      cure: 'undo the edit, or npm run db -- reset',
      details: [file],
    }),
  },
]
