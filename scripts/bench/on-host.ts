import { databaseOf, programs } from '../../k8s/services.ts'
import { parseSettings } from '../../k8s/settings.ts'
import { copyCheckout, STOCK_RELOADERS, stackInCopy } from './copy.ts'
import { startProgram } from './program.ts'
import type { Rig } from './rig.ts'
import type { SubjectName, SubjectOf } from './subject.ts'

/** Beside the ports of a stack that is up, and of the tests. */
const OFFSET = 22_000
export const HOST_SETTINGS = [`PORT_OFFSET=${OFFSET}`]

export function databaseAddress({ stack }: Rig): string {
  return `127.0.0.1:${OFFSET + databaseOf(stack).port}`
}

/** Where a service of a stack with those settings answers. */
export function hostAddress({ stack }: Rig, service: string): string {
  const { settings } = parseSettings(stack, {}, {})
  const running = settings ? programs(settings) : []
  return `http://127.0.0.1:${OFFSET + (running.find(({ name }) => name === service)?.port ?? 0)}`
}

function onHost(name: SubjectName, settings: readonly string[]): SubjectOf {
  return (rig) => ({
    name,
    obstacle: async () => undefined,
    start: async () => {
      const { folder, env } = await copyCheckout(rig, [...HOST_SETTINGS, ...settings])
      const words = ['--import', 'tsx', 'scripts/dev.ts', '--target', 'host', ...stackInCopy(rig)]
      const loop = startProgram(name, [process.execPath, ...words], { cwd: folder, env })
      try {
        await loop.until(/The loop is up/, 300, rig.interrupted)
      } catch (error) {
        await loop.stop()
        throw error
      }
      const addressOf = (service: string) => hostAddress(rig, service)
      return { folder, addressOf, origin: addressOf(rig.measures.page), stop: loop.stop }
    },
  })
}

/** `npm run dev -- --target host`. */
export const host = onHost('host', [])

/** The yardstick: plain `uvicorn --reload` and plain `next dev`, as processes of this machine. */
export const hostPlain = onHost('host plain', [STOCK_RELOADERS])
