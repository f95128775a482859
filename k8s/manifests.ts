import { createHash } from 'node:crypto'
import { configuration } from './configuration.ts'
import { page, publicOrigins, trustedProxies } from './exposure.ts'
import { installer } from './installer.ts'
import { ConfigMap } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf } from './names.ts'
import { networkPolicies } from './network.ts'
import { installers } from './packages.ts'
import { programs, stores } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'
import { sourcesVolume } from './sources.ts'
import { storeWorkload } from './store.ts'
import { workload } from './workload.ts'

/** The manifests of a stack, by the file that holds them: `config`, `network`, `sources`, one a service. */
export type Manifests = ReadonlyMap<string, readonly Manifest[]>

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
export function manifests(
  settings: Settings,
  profile: Profile,
  { image, digest }: Writing = FOR_SKAFFOLD,
): Manifests {
  const { stack } = settings
  const running = programs(settings).map((program) => ({ ...program, image: image(program.image) }))
  const values = configuration(settings, {
    at: (service) => `${service}:${stack.services[service]?.port}`,
    origins: publicOrigins(settings, profile, page(settings)),
    proxies: trustedProxies(settings, profile),
    inLoop: inLoop(profile),
  })
  const { configMap, namespace } = namesOf(stack)
  const config = new ConfigMap({
    metadata: { name: configMap, namespace, labels: labels(stack, configMap, 'configuration') },
    data: values,
  })
  return new Map<string, readonly Manifest[]>([
    ['config', [config]],
    ...(settings.networkPolicies ? [['network', networkPolicies(settings, profile)] as const] : []),
    ...(profile === 'dev' ? [['sources', sourcesVolume(stack)] as const] : []),
    ...(inLoop(profile)
      ? installers(settings).map((one) => [one.name, installer(one, settings, image)] as const)
      : []),
    ...stores(settings).map((store) => [store.name, storeWorkload(store, settings)] as const),
    ...running.map(
      (program) => [program.name, workload(program, values, settings, profile, digest)] as const,
    ),
  ])
}
