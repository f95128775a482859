import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { configuration } from './configuration.ts'
import { database } from './database.ts'
import type { Manifest } from './manifest.ts'
import { CONFIG_MAP, labels, NAMESPACE } from './names.ts'
import { type Service, services } from './services.ts'
import type { Profile, Settings } from './settings.ts'
import { sourcesVolume } from './sources.ts'
import { workload } from './workload.ts'

/** The manifests of the stack, by the file that holds them: `config`, `sources`, `postgres` and one a service. */
export type Stack = ReadonlyMap<string, readonly Manifest[]>

/** What the cluster runs for these settings. Pure: the same settings give the same objects. */
export function stack(settings: Settings, profile: Profile): Stack {
  const running = services(settings)
  const values = configuration(settings, {
    of: (name) => `${name}:${portOf(running, name)}`,
    publicOrigins: publicOrigins(running),
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
    ...(profile === 'dev' ? [['sources', sourcesVolume()] as const] : []),
    ...(settings.database === 'cluster' ? [['postgres', database()] as const] : []),
    ...running.map((service) => [service.name, workload(service, values, profile)] as const),
  ])
}

/** Where a browser meets the frontend: the port that `skaffold dev` forwards, and the NodePort. */
function publicOrigins(running: readonly Service[]): string[] {
  return running
    .flatMap(({ port, nodePort }) => (nodePort ? [port, nodePort] : []))
    .map((port) => `http://localhost:${port}`)
}

function portOf(running: readonly Service[], name: string): number {
  const service = running.find((candidate) => candidate.name === name)
  if (!service) throw new Error(`no service is called ${name}`)
  return service.port
}
