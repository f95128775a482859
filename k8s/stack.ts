import { createHash } from 'node:crypto'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { configuration } from './configuration.ts'
import { database } from './database.ts'
import { publicOrigins, trustedProxies } from './exposure.ts'
import type { Manifest } from './manifest.ts'
import { CONFIG_MAP, labels, NAMESPACE, type ServiceName } from './names.ts'
import { networkPolicies } from './network.ts'
import { type Service, services } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'
import { sourcesVolume } from './sources.ts'
import { workload } from './workload.ts'

/** The manifests of the stack, by the file that holds them: `config`, `network`, `sources`, `postgres`, one a service. */
export type Stack = ReadonlyMap<string, readonly Manifest[]>

/** What differs in the same objects from one kind of output to another. */
export interface Writing {
  /** The name under which an image of ours is deployed. */
  readonly image: (name: string) => string
  /** A short name for a text: another one when the text is another. */
  readonly digest: (text: string) => string
}

/** Skaffold puts the tag to each image's bare name. */
export const FOR_SKAFFOLD: Writing = {
  image: (name) => name,
  digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
}

/** What the cluster runs for these settings. Pure: the same settings give the same objects. */
export function stack(
  settings: Settings,
  profile: Profile,
  { image, digest }: Writing = FOR_SKAFFOLD,
): Stack {
  const running = services(settings).map((service) => ({ ...service, image: image(service.image) }))
  const values = configuration(settings, {
    of: (name) => `${name}:${named(running, name).port}`,
    publicOrigins: publicOrigins(settings, profile, named(running, 'frontend')),
    trustedProxies: trustedProxies(settings, profile),
    inLoop: inLoop(profile),
  })
  return new Map<string, readonly Manifest[]>([
    [
      'config',
      [
        new ConfigMap({
          metadata: { name: CONFIG_MAP, namespace: NAMESPACE, labels: labels(CONFIG_MAP, 'configuration') },
          data: values,
        }),
      ],
    ],
    ...(settings.networkPolicies ? [['network', networkPolicies(running, settings, profile)] as const] : []),
    ...(profile === 'dev' ? [['sources', sourcesVolume()] as const] : []),
    ...(settings.database === 'cluster' ? [['postgres', database(settings)] as const] : []),
    ...running.map(
      (service) => [service.name, workload(service, values, settings, profile, digest)] as const,
    ),
  ])
}

function named(running: readonly Service[], name: ServiceName): Service {
  const service = running.find((candidate) => candidate.name === name)
  if (!service) throw new Error(`no service is called ${name}`)
  return service
}
