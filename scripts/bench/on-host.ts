import { databaseOf, programs } from '../../k8s/services.ts'
import { parseSettings } from '../../k8s/settings.ts'
import { MEASURED } from './application.ts'
import { type Copy, copyCheckout, useStockReloaders } from './copy.ts'
import { EDITED } from './marked-line.ts'
import { startProgram } from './program.ts'
import type { Subject } from './subject.ts'

/** Beside the ports of a stack that is up, and of the tests. */
const OFFSET = 22_000
export const HOST_SETTINGS = [`PORT_OFFSET=${OFFSET}`]
export const databaseAddress = `127.0.0.1:${OFFSET + databaseOf(MEASURED.stack).port}`

/** Where the services of a stack with those settings answer. */
export function hostAddresses() {
  const { settings } = parseSettings(MEASURED.stack, {}, {})
  const running = settings ? programs(settings) : []
  const address = (wanted: string) =>
    `http://127.0.0.1:${OFFSET + (running.find(({ name }) => name === wanted)?.port ?? 0)}`
  const [backend, mcp, frontend] = EDITED.map(address) as [string, string, string]
  return { addresses: { backend, mcp, frontend }, origin: frontend }
}

function onHost(name: 'host' | 'host plain', change: (copy: Copy) => void): Subject {
  return {
    name,
    obstacle: async () => undefined,
    start: async (interrupted) => {
      const { folder, env } = await prepare(change)
      const words = ['--import', 'tsx', 'scripts/dev.ts', '--target', 'host']
      const loop = startProgram(name, [process.execPath, ...words], { cwd: folder, env })
      try {
        await loop.until(/The loop is up/, 300, interrupted)
      } catch (error) {
        await loop.stop()
        throw error
      }
      return { folder, ...hostAddresses(), stop: loop.stop }
    },
  }
}

async function prepare(change: (copy: Copy) => void): Promise<Copy> {
  const copy = await copyCheckout(HOST_SETTINGS)
  change(copy)
  return copy
}

/** `npm run dev -- --target host`. */
export const host = onHost('host', () => undefined)

/** The yardstick: plain `uvicorn --reload` and plain `next dev`, as processes of this machine. */
export const hostPlain = onHost('host plain', useStockReloaders)
