import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BackupRule } from '../../k8s/model/database.ts'
import { step } from '../../lib/host/step.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import type { DatabaseClient } from './client.ts'
import { readContents } from './contents.ts'
import { type BackupRecord, fingerprint, missing, recordFile } from './record.ts'
import { contents, DUMP } from './scripts.ts'

/**
 * Writes the database into an archive, reads that back, and writes what is in it into a record beside it. Both files have
 * their names only once they are whole; this user alone can read them.
 *
 * @throws Refusal when the file is there already, cannot be written, or is not what was to be saved
 */
export async function backUp(client: DatabaseClient, file: string, rule: BackupRule): Promise<BackupRecord> {
  if (existsSync(file)) throw new Refusal(`There is a ${file} already.`, 'name another file, or remove it')
  const mark = `${randomUUID()}.partial`
  const [partial, partialRecord] = [`${file}.${mark}`, `${recordFile(file)}.${mark}`]
  try {
    await mkdir(dirname(file), { recursive: true })
    const made = new Date().toISOString()
    await step('archive', () => dump(client, partial))
    const record = { made, ...(await step('read back', () => describe(client, partial, rule))) }
    await writeFile(partialRecord, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true })
    await rename(partialRecord, recordFile(file))
    await rename(partial, file)
    return record
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new Refusal(`${file} cannot be written (${error.message}).`, 'name a file where there is room')
    throw error
  } finally {
    // Where even the folder cannot be made, this fails too, and would hide why.
    for (const left of [partial, partialRecord]) await rm(left, { force: true }).catch(() => undefined)
  }
}

async function dump(client: DatabaseClient, file: string): Promise<void> {
  const archive = await open(file, 'wx', 0o600)
  try {
    await client.bash(DUMP, 'The database could not be read', { output: archive.fd })
    await archive.sync()
  } finally {
    await archive.close()
  }
}

async function describe(
  client: DatabaseClient,
  file: string,
  rule: BackupRule,
): Promise<Omit<BackupRecord, 'made'>> {
  const archive = await open(file)
  try {
    const listing = await client.bash(contents(rule), 'The archive cannot be read back', {
      input: archive.fd,
    })
    const { rows, revision } = readContents(listing)
    if (revision === undefined || missing(rule, rows).length > 0)
      throw new Refusal('The database holds no data of this stack.', 'npm run up, then again')
    return { ...(await fingerprint(file)), revision, rows: { ...rows } }
  } finally {
    await archive.close()
  }
}
