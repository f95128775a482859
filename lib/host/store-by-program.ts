import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreOnHost } from '../../k8s/model/store.ts'
import type { NamedStore } from '../../k8s/services.ts'
import { requireStoreProgram } from '../runtimes/store-program.ts'
import { HERE } from '../shell/loopback.ts'
import { Refusal } from '../shell/refusal.ts'
import { answers } from '../shell/tcp.ts'
import { lastLines, launchInBackground, logFile } from './launch.ts'
import { endAll, recorded } from './running.ts'
import type { HostStore } from './store.ts'

/** Milliseconds that it may take to answer. */
const PATIENCE = 30_000

/**
 * A store that a program of this machine runs.
 *
 * @param state the folder of what outlives a command
 */
export function storeByProgram(
  state: string,
  { name, port, command, env }: NamedStore,
  onHost: Exclude<StoreOnHost, string>,
): HostStore {
  // Of this store alone: its data, and which process it is.
  const folder = join(state, 'stores', name)
  const data = join(folder, 'data')
  const untilItAnswers = async (opened: number, interrupted: AbortSignal) => {
    const deadline = Date.now() + PATIENCE
    while (Date.now() < deadline && (await recorded(folder)).length > 0) {
      if (await answers(HERE, opened, 1_000)) return
      interrupted.throwIfAborted()
      await sleep(50)
    }
    throw new Refusal(
      `${name} did not start. Its last lines:\n  ${lastLines(state, name).join('\n  ')}`,
      `look at ${logFile(state, name)}`,
    )
  }
  return {
    name,
    start: async ({ portOffset }, _, secretsFolder, interrupted) => {
      if ((await recorded(folder)).length > 0) return false
      await requireStoreProgram(name, onHost)
      mkdirSync(data, { recursive: true, mode: 0o700 })
      const here = { host: HERE, port: port + portOffset, data, secrets: join(secretsFolder, name) }
      const words = command?.(here) ?? [onHost.program]
      await launchInBackground(state, { name, folder: data, command: words, env: env?.(here) ?? {} }, folder)
      await untilItAnswers(here.port, interrupted)
      return true
    },
    stop: async () => (await endAll(folder)).length > 0,
    dataExists: () => existsSync(data) && readdirSync(data).length > 0,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
