import { join } from 'node:path'
import { configuration } from '../../k8s/configuration.ts'
import { originsWith } from '../../k8s/exposure.ts'
import { derived } from '../../k8s/secret-keys.ts'
import { databaseOf, type NamedProgram, ownsDatabase, programs } from '../../k8s/services.ts'
import { inLoop, type Profile, type SecretValues, type Settings } from '../../k8s/settings.ts'

/** Programs on a host listen here alone: nobody else on the network is meant to see them. */
const LOOPBACK = '127.0.0.1'

/** One process: the same service that a Pod spec projects, with this machine's paths and ports. */
export interface HostProcess {
  readonly name: string
  readonly folder: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  readonly readyUrl: string
  readonly migrate: { readonly folder: string; readonly command: readonly string[] } | undefined
}

/** What differs from machine to machine. */
export interface Machine {
  readonly checkout: string
  readonly secretsFolder: string
  readonly python: string
  readonly node: string
  /** The module that lets Node 20 run TypeScript, as a URL: in a path, `#` and `%` would be read as one's. */
  readonly tsx: string
}

export interface HostPlan {
  readonly processes: readonly HostProcess[]
  /** Where a browser finds the page. */
  readonly url: string
  /** Where it is on this machine; `url` has to lead here. */
  readonly local: string
  /** Port of the stack's own PostgreSQL; absent with an external one. */
  readonly databasePort: number | undefined
  /** Every port that has to be free, with who will open it. */
  readonly ports: ReadonlyMap<number, string>
}

/** The stack as processes of one machine. Pure: the same settings and machine give the same plan. */
export function hostPlan(settings: Settings, profile: Profile, machine: Machine): HostPlan {
  const running = programs(settings)
  const portOf = (port: number) => port + settings.portOffset
  const address = (name: string) => {
    const service = running.find((candidate) => candidate.name === name)
    if (!service) throw new Error(`no service is called ${name}`)
    return `${LOOPBACK}:${portOf(service.port)}`
  }
  const page = portOf(running.find(({ nodePort }) => nodePort)?.port ?? 0)
  const local = `http://localhost:${page}`
  const values = configuration(settings, {
    at: address,
    origins: originsWith(settings.publicUrl ?? `http://${LOOPBACK}:${page}`, local),
    // A tunnel may pass on what a client claims, so its word is taken only where somebody vouches for it.
    proxies: settings.trustedProxies ?? 'none',
    inLoop: inLoop(profile),
  })
  const processes = running.map((service): HostProcess => {
    const port = portOf(service.port)
    const listen = { host: LOOPBACK, port }
    const folder = (step: 'run' | 'dev' | 'migrate') =>
      join(machine.checkout, service.directory, service.folders?.[step] ?? '.')
    const reloads = profile === 'dev' && service.command.dev !== undefined
    const command = (reloads && service.command.dev) || service.command.run
    return {
      name: service.name,
      folder: folder(reloads ? 'dev' : 'run'),
      command: onThisMachine(command(listen, join(machine.checkout, service.reloader ?? '.')), machine),
      env: {
        ...service.env?.(listen),
        ...Object.fromEntries(service.config.map((key) => [key, values[key]])),
        SECRETS_DIR: join(machine.secretsFolder, service.name),
      },
      port,
      readyUrl: `http://${LOOPBACK}:${port}${service.probes.ready}`,
      migrate: service.command.migrate && {
        folder: folder('migrate'),
        command: onThisMachine(service.command.migrate, machine),
      },
    }
  })
  const database = ownsDatabase(settings) ? databaseOf(settings.stack) : undefined
  const databasePort = database && portOf(database.port)
  return {
    processes,
    url: settings.publicUrl ?? local,
    local,
    databasePort,
    ports: new Map([
      ...(database ? [[portOf(database.port), database.service] as const] : []),
      ...processes.map(({ port, name }) => [port, name] as const),
    ]),
  }
}

/** The secrets one service may read, by file name: the same files that its Pod has mounted. */
export function secretFiles(service: NamedProgram, values: SecretValues): ReadonlyMap<string, string> {
  return new Map(service.secrets.flatMap((key) => (values[key] ? [[key, values[key]] as const] : [])))
}

/** `host:port` of the stack's own PostgreSQL on this machine. */
export function databaseAddress(settings: Settings): string {
  return `${LOOPBACK}:${databaseOf(settings.stack).port + settings.portOffset}`
}

/** The connection string the host's own steps use. */
export function hostDatabaseUrl(settings: Settings, values: SecretValues): string {
  const { url } = databaseOf(settings.stack)
  return values[url] ?? derived(settings, url, values, () => databaseAddress(settings)) ?? ''
}

function onThisMachine(command: readonly string[], { node, python, tsx }: Machine): string[] {
  const [program, ...words] = command
  if (program === 'python') return [python, ...words]
  // Images carry Node 24, which runs TypeScript as it is.
  return words[0]?.endsWith('.ts') ? [node, '--import', tsx, ...words] : [node, ...words]
}
