import { open } from 'node:fs/promises'
import { databaseOf, ownsDatabase } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { step } from '../../lib/host/step.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import type { DatabaseClient } from './client.ts'
import { type DatabaseContents, readContents } from './contents.ts'
import type { BackupRecord } from './record.ts'
import { BEGIN, commit, presence, RESTORE } from './scripts.ts'

/**
 * Puts the archive in the place of what the database holds, in one transaction: whatever goes wrong, the database is what
 * it was. What people have made comes back; signing keys and the smoke test's user do not, because other secrets made them.
 *
 * @param record the archive's own, verified
 * @param replace whether accounts that are there may go
 * @throws Refusal when somebody's data is there, or the archive cannot be restored
 */
export async function restore(
  client: DatabaseClient,
  archive: string,
  record: BackupRecord,
  settings: Settings,
  replace: boolean,
): Promise<void> {
  const present = readContents(await client.bash(presence(settings.stack), 'The database could not be read'))
  refuseLoss(present, record, settings, replace)
  const handle = await open(archive)
  try {
    await step('restore', () =>
      client.bash(RESTORE, 'Nothing was restored', {
        input: handle.fd,
        words: [BEGIN, commit(settings.stack, record)],
      }),
    )
  } finally {
    await handle.close()
  }
}

function refuseLoss(
  { rows, people = 0 }: DatabaseContents,
  record: BackupRecord,
  settings: Settings,
  replace: boolean,
): void {
  const { url, backup } = databaseOf(settings.stack)
  const work = rows[backup.work] ?? 0
  if (!replace && (people > 0 || work > 0))
    throw new Refusal(
      `The database holds data already: ${people} accounts and ${work} rows of ${backup.work}.`,
      'npm run db -- backup keeps them; restore with --replace then takes them away',
    )
  const strange = Object.keys(rows).filter((table) => record.rows[table] === undefined)
  // The stack's own database is all the stack's; somebody else's may be others' too.
  if (!ownsDatabase(settings) && strange.length > 0)
    throw new Refusal(
      `The database of ${url} has tables that are not in the backup: ${strange.join(', ')}.`,
      `give the stack a database of its own — or, if they are the stack's, run there: DROP TABLE ${strange.join(', ')} CASCADE`,
    )
}
