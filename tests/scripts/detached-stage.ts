import { programs } from '../../k8s/services.ts'
import { serveSession } from '../../lib/loop/session/serve.ts'
import { takeLock } from '../../lib/shell/lock.ts'
import { openApplication } from '../../lib/stack/application.ts'
import { detach } from '../../scripts/dev/detach.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'

/** Starts a loop with nothing below it in the background, and waits for what it never becomes: healthy. */
const [, , word] = process.argv
const { state } = await openApplication(undefined)
const ending = new AbortController()
if (word === 'loop') {
  takeLock(state, 'npm run dev', 'npm run loop -- stop')
  const services = programs(DEFAULTS)
  const place = { stack: 'x', where: 'here', sources: 'in place', links: {}, logs: '' } as const
  const means = {
    stack: DEFAULTS.stack,
    services: () => services,
    broughtAs: () => undefined,
    restart: async () => undefined,
    start: async () => [],
    fault: async () => undefined,
    look: async () => undefined,
    pause: { begin: async () => [], end: async () => undefined },
    addressOf: () => undefined,
    stop: () => ending.abort(),
  }
  await serveSession({ members: services, place, state, secrets: () => [] }, means, ending.signal)
} else await detach(['loop'], state, ending.signal)
