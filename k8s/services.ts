import type { Listen } from './model/common.ts'
import type { Program } from './model/program.ts'
import { isReplaced } from './model/replaced.ts'
import type { Settings, Stack } from './model/stack.ts'
import type { Store } from './model/store.ts'

/** A program with its name, and that of its image as Skaffold's artifacts have it. */
export type NamedProgram = Program & {
  readonly name: string
  readonly image: string
  readonly config: readonly string[]
  readonly secrets: readonly string[]
  /** Where a debugger may come to it, in its pod and on this machine; undefined where nobody asked for that. */
  readonly debugPort: number | undefined
}
export type NamedStore = Store & { readonly name: string }

/** The programs these settings ask for, with the secrets that they need. */
export function programs(settings: Settings): readonly NamedProgram[] {
  const { stack } = settings
  return Object.entries(stack.services).flatMap(([name, service]) => {
    if (service.kind !== 'program' || !isOurs(settings, name)) return []
    const secrets = (service.secrets ?? []).filter((key) => stack.secrets[key]?.needed?.(settings) ?? true)
    const dev = inLoop(service, settings, name)
    const isStock = dev !== undefined && dev === service.command.stock
    const command = dev
      ? { ...service.command, dev, ...(isStock ? { devMigrates: false, devPauses: false } : {}) }
      : service.command
    const image = `${stack.name}-${name}`
    const debugPort = settings.debug.includes(name) ? debugAddress(service).port : undefined
    return [{ ...service, name, image, command, config: service.config ?? [], secrets, debugPort }]
  })
}

/** What starts a program in the loop. */
function inLoop({ command, debug }: Program, settings: Settings, name: string): Program['command']['dev'] {
  if (debug && settings.debug.includes(name))
    return (listen, reloader) => debug.command(listen, reloader, debugAddress(listen))
  return (settings.reloaders === 'stock' && command.stock) || command.dev
}

/** Between the port of a program and that of its debugger. */
const DISTANCE = 50

/** Where a debugger comes to what listens there: from its own machine or pod alone. */
export function debugAddress({ port }: { readonly port: number }): Listen {
  return { host: '127.0.0.1', port: port + DISTANCE }
}

/** The stores of data these settings ask for. */
export function stores(settings: Settings): readonly NamedStore[] {
  return storesOf(settings.stack).filter(({ name }) => isOurs(settings, name))
}

function isOurs(settings: Settings, name: string): boolean {
  return !isReplaced(settings, name) && !settings.leftOut.includes(name)
}

/** All that the stack has, also those that something outside may stand in for. */
export function storesOf({ services }: Stack): readonly NamedStore[] {
  return Object.entries(services).flatMap(([name, service]) =>
    service.kind === 'store' ? [{ ...service, name }] : [],
  )
}

/** The program whose `migrate` makes the tables that this one reads; undefined where nobody's does. */
export function migrator(stack: Stack, name: string): { name: string; migrations: string } | undefined {
  const reader = stack.services[name]
  if (reader?.kind !== 'program') return undefined
  const owner = reader.migratedBy ?? name
  const service = stack.services[owner]
  if (service?.kind !== 'program' || service.migrations === undefined) return undefined
  return { name: owner, migrations: service.migrations }
}

/** The stack's database, told whether it is ours to run or not. @throws Error where a stack has none */
export function databaseOf(stack: Stack): Required<Stack>['database'] & { readonly port: number } {
  const port = stack.database && stack.services[stack.database.service]?.port
  if (!stack.database || port === undefined) throw new Error(`stack ${stack.name} has no database`)
  return { ...stack.database, port }
}

/** Whether the database is one of these pods, or processes; not where it is outside, or there is none. */
export function ownsDatabase(settings: Settings): boolean {
  const { database } = settings.stack
  return database !== undefined && !isReplaced(settings, database.service)
}
