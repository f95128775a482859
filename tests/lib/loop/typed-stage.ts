import { programs } from '../../../k8s/services.ts'
import { handsHere } from '../../../lib/loop/screen/hands.ts'
import { openScreen } from '../../../lib/loop/screen/screen.ts'
import { serveSession } from '../../../lib/loop/session/serve.ts'
import { interruption } from '../../../lib/shell/interruption.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

/** A loop with nothing below it, in the terminal of this process: it logs without an end. Its word is its state folder. */
const [, , state = ''] = process.argv
const interrupted = interruption('this stage')
const services = programs(DEFAULTS)
const PLACE = {
  stack: 'x',
  where: 'here',
  sources: 'mounted',
  links: { page: 'http://localhost:1' },
  logs: '',
} as const
const means = {
  stack: DEFAULTS.stack,
  services: () => services,
  broughtAs: () => undefined,
  restart: async (name: string) => session.tell({ kind: 'note', text: `asked for ${name}` }),
  start: async () => [],
  fault: async () => undefined,
  look: async () => undefined,
  pause: { begin: async () => [], end: async () => undefined },
  addressOf: () => undefined,
  stop: () => undefined,
}
const session = await serveSession(
  { members: services, place: PLACE, state, secrets: () => [] },
  means,
  interrupted,
)
const screen = openScreen(session, process.stdout, handsHere(state, false))
session.on(screen.hear)
let count = 0
const logs = setInterval(() => {
  count += 1
  const service = services[count % services.length]?.name ?? ''
  const line = { level: 'info', text: `line ${count}`, below: [] } as const
  session.tell({ kind: 'log', service, at: Date.now(), line })
}, 20)
process.on('SIGUSR2', () => {
  throw new Error('this stage fell')
})
interrupted.addEventListener('abort', () => {
  clearInterval(logs)
  screen.close()
})
