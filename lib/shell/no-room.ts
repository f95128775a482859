import { Refusal } from './refusal.ts'

/** What the system says of a write that it has no room for, by its code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'it is larger than files may be here',
  EROFS: 'the file system is read-only',
}

/** @returns an error of the system as a person can cure it; undefined where it is about something else */
export function noRoom(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const reason = REASONS[String(error.code)]
  if (reason === undefined) return undefined
  const what = 'path' in error && typeof error.path === 'string' ? error.path : 'A file'
  return new Refusal(`${what} cannot be written: ${reason} (${error.code}).`, 'make room, then again')
}
