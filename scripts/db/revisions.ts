import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupRule } from '../../k8s/model/database.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import type { BackupRecord } from './record.ts'

/** By hand or by Alembic's own template, which annotates it. */
const REVISION = /^revision(?:: *str)? *= *["'](.+)["']/m

/** @throws Refusal when the backup's schema is one that this checkout's migrations do not lead to */
export function requireKnownRevision(
  { revision }: Pick<BackupRecord, 'revision'>,
  rule: Pick<BackupRule, 'revision'>,
): void {
  const folder = join(CHECKOUT, rule.revision.migrations)
  const known = readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => REVISION.exec(readFileSync(join(folder, name), 'utf8'))?.[1])
  if (!known.includes(revision))
    throw new Refusal(
      `The backup's schema is at revision ${revision}, which this checkout does not know.`,
      'check out the version that made the backup, or a later one',
    )
}
