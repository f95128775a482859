import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { claim, read } from './claim.ts'
import { beginning } from './processes.ts'
import { Refusal } from './refusal.ts'

/**
 * Lets one command at a time change what runs of an application. Released when the process ends, however it ends:
 * a lock whose owner is gone is taken over.
 *
 * @param state the folder of what outlives a command
 * @param command how a person knows it
 * @param end the command that ends it, where that is another than a signal
 * @throws Refusal naming the process that holds it
 */
export function takeLock(state: string, command: string, end?: string): void {
  const lock = join(state, 'lock')
  const mine = `${lock}.${process.pid}`
  const text = JSON.stringify({
    pid: process.pid,
    began: beginning(process.pid),
    command,
    end,
  })
  writeFileSync(mine, text)
  try {
    const owner = claim(lock, mine)
    if (owner)
      throw new Refusal(
        `"${owner.command}" (process ${owner.pid}) is already at work in this checkout.`,
        `wait for it, or end it: ${owner.end ?? `kill ${owner.pid}`}`,
      )
  } finally {
    rmSync(mine, { force: true })
  }
  process.once('exit', () => {
    if (read(lock) === text) rmSync(lock, { force: true })
  })
}
