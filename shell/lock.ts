import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'
import { stateFolder } from './state-folder.ts'

/**
 * Lets one command at a time change what runs for this checkout. Released when the process ends, however it ends:
 * a lock whose owner is gone is taken over.
 *
 * @throws Refusal naming the process that holds it
 */
export function takeLock(command: string): void {
  const lock = join(stateFolder(), 'lock')
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, command }))
  try {
    for (const attempt of [1, 2]) {
      try {
        // A link is made whole or not at all.
        linkSync(mine, lock)
        break
      } catch (error) {
        const owner = readOwner(lock)
        if (attempt === 2 || (owner && isAlive(owner.pid)))
          throw new Refusal(
            `${owner ? `"${owner.command}" (process ${owner.pid})` : `Another command (${error})`} is already at work in this checkout.`,
            owner ? `wait for it, or end it: kill ${owner.pid}` : `remove ${lock} when nothing runs`,
          )
        rmSync(lock, { force: true })
      }
    }
  } finally {
    rmSync(mine, { force: true })
  }
  process.once('exit', () => rmSync(lock, { force: true }))
}

function readOwner(lock: string): { pid: number; command: string } | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; command: string }
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
