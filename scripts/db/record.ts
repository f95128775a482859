import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { BackupRule } from '../../k8s/model/database.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

/** An SQL name as pg_dump writes it, like `public."order"`: it goes into statements as it is. */
const TABLE = /^([a-z_][a-z0-9_]*|"([^"]|"")+")\.([a-z_][a-z0-9_]*|"([^"]|"")+")$/

const schema = z.strictObject({
  /** When it was made, by this machine's clock. */
  made: z.iso.datetime(),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the schema, like `0001`. */
  revision: z.string(),
  /** How many rows each table has in it. */
  rows: z.record(z.string().regex(TABLE), z.int().nonnegative()),
})

/** What a backup says of its archive, in a file beside it: by this it is known again, and known to be whole. */
export type BackupRecord = z.infer<typeof schema>

/** The tables that a backup lacks of those without which it is none of the stack. */
export function missing({ tables, revision }: BackupRule, rows: BackupRecord['rows']): string[] {
  return [revision.table, ...tables].filter((table) => rows[table] === undefined)
}

export function recordFile(archive: string): string {
  return `${archive}.json`
}

/** Length and checksum of a file, without having it in memory. */
export async function fingerprint(file: string): Promise<Pick<BackupRecord, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') }
}

/**
 * The record of an archive that is, to the byte, what a backup of this stack wrote.
 *
 * @throws Refusal when there is none, or it is truncated, damaged or foreign
 */
export async function verifiedRecord(archive: string, rule: BackupRule): Promise<BackupRecord> {
  if (!existsSync(archive)) throw new Refusal(`There is no ${archive}.`, 'name a file that a backup wrote')
  if (!(await isArchive(archive)))
    throw new Refusal(`${archive} is no archive of pg_dump.`, 'name a file that a backup wrote')
  const record = readRecord(recordFile(archive))
  const actual = await fingerprint(archive)
  if (actual.bytes < record.bytes)
    throw new Refusal(
      `${archive} is truncated: it has ${actual.bytes} of ${record.bytes} bytes.`,
      'copy it again from where it is whole',
    )
  if (actual.sha256 !== record.sha256)
    throw new Refusal(
      `${archive} is damaged, or another than the one that ${recordFile(archive)} tells of: the checksum differs.`,
      'copy both again from where they are whole',
    )
  const lacking = missing(rule, record.rows)
  if (lacking.length > 0)
    throw new Refusal(
      `${archive} is a backup of another application: it has no ${lacking.join(' and no ')}.`,
      'name a backup of this stack',
    )
  return record
}

async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(5), 0, 5)
    return buffer.toString('latin1') === 'PGDMP'
  } finally {
    await handle.close()
  }
}

function readRecord(file: string): BackupRecord {
  if (!existsSync(file))
    throw new Refusal(
      `There is no ${file}, and without it nobody can tell whether the archive is whole.`,
      'copy it too: a backup writes both files',
    )
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new Refusal(`${file} is not what a backup wrote.`, 'copy it again from where it is whole')
  }
}
