import { Ingress } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf } from './names.ts'
import { type NamedProgram, programs } from './services.ts'
import type { Exposure, Profile, Settings } from './settings.ts'

/** How a browser comes to the page. A cluster that is not this machine's gives no port of its nodes away. */
export function exposure({ exposure, publicUrl }: Settings, profile: Profile): Exposure {
  if (exposure) return exposure
  if (profile !== 'remote') return 'nodeport'
  return publicUrl ? 'ingress' : 'internal'
}

/** A service that a browser has to reach. */
export type Page = NamedProgram & { readonly nodePort: number }

/** The one of a stack, also where the loop does without it. @throws Error where there is none, which k8s/stack-problems.ts refuses */
export function page(settings: Settings): Page {
  const service = programs({ ...settings, leftOut: [] }).find(isPage)
  if (!service) throw new Error('no service has a node port')
  return service
}

function isPage(program: NamedProgram): program is Page {
  return program.nodePort !== undefined
}

/**
 * The address of the page.
 *
 * @param visited the service that a browser has to reach
 */
export function publicUrl(settings: Settings, profile: Profile, { port, nodePort }: NamedProgram): string {
  if (settings.publicUrl) return settings.publicUrl
  switch (exposure(settings, profile)) {
    case 'nodeport':
      return `http://localhost:${nodePort}`
    case 'ingress':
      return `http://${settings.stack.name}.localhost`
    default:
      return `http://localhost:${port}`
  }
}

/** The command that has to run on this machine while a browser uses the address; undefined where there is none. */
export function bridge(
  settings: Settings,
  profile: Profile,
  { name, port }: NamedProgram,
): string | undefined {
  if (settings.publicUrl) return undefined
  switch (exposure(settings, profile)) {
    case 'loadbalancer':
      return 'minikube tunnel'
    case 'internal':
      return `kubectl -n ${namesOf(settings.stack).namespace} port-forward service/${name} ${port}`
    default:
      return undefined
  }
}

/** The origins from which a browser may sign in: besides the address, the port that the loop forwards. */
export function publicOrigins(settings: Settings, profile: Profile, visited: NamedProgram): string[] {
  return originsWith(publicUrl(settings, profile, visited), `http://localhost:${visited.port}`)
}

/**
 * The origins of a page that has an address, and one of this machine.
 *
 * @returns the address alone where it has TLS: such a page is not to be had without, its cookies never travel in the clear
 */
export function originsWith(address: string, local: string): string[] {
  return address.startsWith('https:') ? [address] : [...new Set([local, address])]
}

/**
 * By whose word the page knows the address of a browser, see docs/adr/0029.
 *
 * @returns `none`; `peer`, which is whoever connects; or networks
 */
export function trustedProxies(settings: Settings, profile: Profile): string {
  // Nobody here knows the address of the Ingress controller, but there is no other way in from outside the cluster.
  return settings.trustedProxies ?? (exposure(settings, profile) === 'ingress' ? 'peer' : 'none')
}

/** The ports that the stack takes of each node. */
export function nodePorts(settings: Settings, profile: Profile): number[] {
  if (exposure(settings, profile) !== 'nodeport') return []
  return programs(settings).flatMap(({ nodePort }) => nodePort ?? [])
}

/** The type of a service's Service. */
export function serviceType(settings: Settings, profile: Profile, { nodePort }: NamedProgram) {
  if (!nodePort) return 'ClusterIP'
  const types = {
    nodeport: 'NodePort',
    loadbalancer: 'LoadBalancer',
    ingress: 'ClusterIP',
    internal: 'ClusterIP',
  }
  return types[exposure(settings, profile)] as 'ClusterIP' | 'NodePort' | 'LoadBalancer'
}

/** Host name → Service, by the cluster's default ingress class. */
export function ingress(settings: Settings, profile: Profile, visited: NamedProgram): Manifest {
  const { protocol, hostname } = new URL(publicUrl(settings, profile, visited))
  const { name, component } = visited
  const { stack } = settings
  const { namespace, tls } = namesOf(stack)
  return new Ingress({
    metadata: { name, namespace, labels: labels(stack, name, component) },
    spec: {
      ...(protocol === 'https:' ? { tls: [{ hosts: [hostname], secretName: tls }] } : {}),
      rules: [
        {
          host: hostname,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
  })
}
