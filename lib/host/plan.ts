import { join } from 'node:path'
import { configuration } from '../../k8s/configuration.ts'
import { originsWith, page } from '../../k8s/exposure.ts'
import type { LogWords } from '../../k8s/model/log-words.ts'
import { type NamedProgram, type NamedStore, programs, stores } from '../../k8s/services.ts'
import { inLoop, type Profile, type SecretValues, type Settings } from '../../k8s/settings.ts'
import { telemetry } from '../../k8s/telemetry.ts'
import { HERE } from '../shell/loopback.ts'

/** One process: the same service that a Pod spec projects, with this machine's paths and ports. */
export interface HostProcess {
  readonly name: string
  readonly folder: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  readonly readyUrl: string
  /** How the lines of its log read that are not JSON. */
  readonly log: LogWords | undefined
  readonly migrate: { readonly folder: string; readonly command: readonly string[] } | undefined
}

/** Programs that listen at another port than the one at which callers look for them. */
export type Elsewhere = Readonly<Record<string, number>>

/** What differs from machine to machine. */
export interface HostMachine {
  readonly checkout: string
  readonly secretsFolder: string
  /** How it starts what an image would start by these words. */
  readonly command: (words: readonly string[], program: NamedProgram) => readonly string[]
  readonly elsewhere?: Elsewhere
}

export interface HostPlan {
  readonly processes: readonly HostProcess[]
  /** Where a browser finds the page. */
  readonly url: string
  /** Where it is on this machine; `url` has to lead here. */
  readonly local: string
  /** Every port that has to be free, with who will open it. */
  readonly ports: ReadonlyMap<number, string>
}

/** The stack as processes of one machine. Pure: the same settings and machine give the same plan. */
export function hostPlan(settings: Settings, profile: Profile, machine: HostMachine): HostPlan {
  const running = programs(settings)
  const portOf = (port: number) => port + settings.portOffset
  const address = (name: string) => {
    const service = settings.stack.services[name]
    if (!service) throw new Error(`no service is called ${name}`)
    return `${HERE}:${portOf(service.port)}`
  }
  const visited = portOf(page(settings).port)
  const local = `http://localhost:${visited}`
  const values = configuration(settings, {
    at: address,
    origins: originsWith(settings.publicUrl ?? `http://${HERE}:${visited}`, local),
    // A tunnel may pass on what a client claims, so its word is taken only where somebody vouches for it.
    proxies: settings.trustedProxies ?? 'none',
    inLoop: inLoop(profile),
  })
  const processOf = (service: NamedProgram): HostProcess => {
    const port = machine.elsewhere?.[service.name] ?? portOf(service.port)
    const listen = { host: HERE, port }
    const folder = (step: 'run' | 'dev' | 'migrate') =>
      join(machine.checkout, service.directory, service.folders?.[step] ?? '.')
    const reloads = profile === 'dev' && service.command.dev !== undefined
    const command = (reloads && service.command.dev) || service.command.run
    const migrate = reloads && service.command.devMigrates ? undefined : service.command.migrate
    return {
      name: service.name,
      log: service.log,
      folder: folder(reloads ? 'dev' : 'run'),
      command: machine.command(command(listen, join(machine.checkout, service.reloader ?? '.')), service),
      env: {
        ...service.env?.(listen),
        ...(service.telemetry ? telemetry(settings, inLoop(profile)) : {}),
        ...Object.fromEntries(service.config.map((key) => [key, values[key]])),
        SECRETS_DIR: join(machine.secretsFolder, service.name),
      },
      port,
      readyUrl: `http://${HERE}:${port}${service.probes.ready}`,
      migrate: migrate && { folder: folder('migrate'), command: machine.command(migrate, service) },
    }
  }
  const processes = running.map(processOf)
  return {
    processes,
    url: settings.publicUrl ?? local,
    local,
    ports: new Map([
      ...stores(settings).map(({ port, name }) => [portOf(port), name] as const),
      ...processes.map(({ port, name }) => [port, name] as const),
      ...running.flatMap(({ debugPort, name }) =>
        debugPort && profile === 'dev' ? [[portOf(debugPort), `${name}'s debugger`] as const] : [],
      ),
    ]),
  }
}

/** The secrets one service may read, by file name: the same files that its Pod has mounted. */
export function secretFiles(
  { secrets = [] }: Pick<NamedProgram | NamedStore, 'secrets'>,
  values: SecretValues,
): ReadonlyMap<string, string> {
  return new Map(secrets.flatMap((key) => (values[key] ? [[key, values[key]] as const] : [])))
}

/** `host:port` of a store of the stack on this machine. */
export function storeAddress({ stack, portOffset }: Settings, store: string): string {
  return `${HERE}:${(stack.services[store]?.port ?? 0) + portOffset}`
}
