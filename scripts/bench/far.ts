import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { derivedValue } from '../../k8s/secret-keys.ts'
import { databaseOf } from '../../k8s/services.ts'
import { end } from '../../lib/host/end.ts'
import { bootstrapHostSecrets } from '../../lib/host/secrets.ts'
import { storesToRun } from '../../lib/host/stores.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { HERE } from '../../lib/shell/loopback.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import type { Rig } from './rig.ts'

/** A way that somebody has opened. */
export interface FarWay {
  readonly port: number
  readonly close: () => void
}

/**
 * Opens a way to a port of this machine on which each round trip takes longer. Nothing waits for what was sent before it:
 * it is far, and not narrow.
 *
 * @param milliseconds more of a round trip
 */
export async function farFrom(port: number, milliseconds: number): Promise<FarWay> {
  const open = new Set<Socket>()
  const pass = (from: Socket, to: Socket) => {
    open.add(from)
    const later = (action: () => void) => setTimeout(action, milliseconds / 2)
    from.on('data', (data) => later(() => to.writable && to.write(data)))
    from.on('end', () => later(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => open.delete(from))
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: HERE, allowHalfOpen: true })
    pass(near.setNoDelay(), far.setNoDelay())
    pass(far, near)
  })
  const listening = await freePort()
  await once(server.listen(listening, HERE), 'listening')
  return {
    port: listening,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/**
 * Starts a database of the bench's own on this machine, with a long way to it.
 *
 * @returns the line of settings with which a stack uses it, and what ends it
 * @throws Refusal when it does not start
 */
export async function farDatabase(
  rig: Rig,
  milliseconds: number,
): Promise<{ setting: string; stop: () => Promise<void> }> {
  const { service, url, port } = databaseOf(rig.stack)
  const state = join(checkoutFolder(), 'bench', 'bench-far')
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const own = await freePort()
  const settings = { ...loadSettings(rig).settings, replaced: [], portOffset: own - port }
  const values = bootstrapHostSecrets(state, settings, {})
  const store = storesToRun(state, settings).find(({ name }) => name === service)
  await store?.start(settings, values, state, rig.interrupted)
  const way = await farFrom(own, milliseconds)
  return {
    setting: `${url}=${derivedValue(settings, url, values, () => `${HERE}:${way.port}`)}`,
    stop: async () => {
      way.close()
      await end({ ...rig, state }, { data: true })
    },
  }
}
