import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { stringify } from 'yaml'
import { type After, type ComposePod, chain } from './compose/chain.ts'
import { type ConfigMaps, configName } from './compose/container.ts'
import { networks } from './compose/networks.ts'
import { page } from './exposure.ts'
import { FOR_SKAFFOLD, type Manifests, manifests } from './manifests.ts'
import type { Stack } from './model/stack.ts'
import { type Arrow, arrows } from './network.ts'
import { type ImageSource, imageName } from './raw.ts'
import { secretKeys } from './secret-keys.ts'
import { type NamedProgram, programs, stores } from './services.ts'
import type { Settings } from './settings.ts'
import { SMOKE, smokePod } from './smoke.ts'

/** The volume with the data of a store. */
export function dataVolume({ database }: Stack, store: string): string {
  return store === database?.service ? 'data' : `${store}-data`
}

/** The folder beside the file that holds a file for each secret. */
export const SECRET_FILES = 'secrets'

const HEAD = `# Written by npm run render -- --format compose: change the settings, or the model in k8s/, and render again.
# Its secrets are written by npm run secrets -- --target compose. More: docs/runbooks/deploy-without-skaffold.md
`

/** The certificates that a build needs behind a TLS-inspecting proxy, from the environment of `docker compose`. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Compose replaces it.
const CERTIFICATES = '${NODE_EXTRA_CA_CERTS:-/dev/null}'

/** The network in which a port of this machine leads to the page, and nothing leads out. */
const PUBLISHED = 'published'
const NO_WAY_OUT = { driver_opts: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }

/** What a Compose file is made from: the objects of a cluster whose page has a port of this machine. */
export function composeStack(settings: Settings, images: ImageSource): Manifests {
  const publicUrl = settings.publicUrl ?? `http://localhost:${publishedPort(settings)}`
  const image = (name: string) => imageName(name, images)
  return manifests({ ...settings, exposure: 'nodeport', publicUrl }, 'run', { ...FOR_SKAFFOLD, image })
}

/**
 * The containers of a cluster's pods as a Compose project, one of each.
 *
 * @param objects what `composeStack` gives
 * @param program of the smoke test
 * @param checkout the way from the file to the sources, from which images without a registry are built
 * @returns contents by path: `compose.yaml`, and what it mounts of ConfigMaps
 */
export function compose(
  objects: Manifests,
  settings: Settings,
  images: ImageSource,
  { program, checkout }: { readonly program: string; readonly checkout: string },
): ReadonlyMap<string, string> {
  const { stack } = settings
  const running = programs(settings)
  const { pods, configMaps } = read(objects)
  const smoke = smokePod(settings, pods.get(stack.journey.image)?.containers[0]?.image ?? '', program).spec
  if (smoke) pods.set(SMOKE, smoke)
  const calls = arrows(settings).filter(({ from }) => pods.has(from))
  const between = networks(calls)
  const place = (name: string, pod: IPodSpec): ComposePod => {
    const service = running.find((candidate) => candidate.name === name)
    const own = between.filter(({ members }) => members.includes(name)).map((network) => network.name)
    const published = service?.nodePort !== undefined
    return {
      pod,
      ask: service?.ask,
      data: dataVolume(stack, name),
      networks: own,
      after: needs(
        name,
        calls,
        pods,
        stores(settings).map(({ name }) => name),
      ),
      last: {
        ...(service && !images.registry ? { build: build(service, checkout) } : {}),
        ...(published
          ? {
              networks: [...own, PUBLISHED],
              ports: [`127.0.0.1:${publishedPort(settings)}:${service.port}`],
            }
          : {}),
        ...(name === SMOKE ? { profiles: ['test'] } : { restart: 'unless-stopped' }),
      },
    }
  }
  const mounted = [...pods.values()].flatMap((pod) => configFiles(pod, configMaps))
  const project = {
    name: stack.name,
    services: Object.assign({}, ...[...pods].map(([name, pod]) => chain(name, place(name, pod), configMaps))),
    networks: {
      ...Object.fromEntries(between.map(({ name, internal }) => [name, internal ? { internal } : null])),
      [PUBLISHED]: NO_WAY_OUT,
    },
    volumes: Object.fromEntries(stores(settings).map(({ name }) => [dataVolume(stack, name), null])),
    secrets: {
      ...Object.fromEntries(
        secretKeys(settings).map(({ name }) => [name, { file: `./${SECRET_FILES}/${name}` }]),
      ),
      ...(images.registry ? {} : { ca: { file: CERTIFICATES } }),
    },
    configs: Object.fromEntries(mounted.map(({ name, path }) => [name, { file: `./${path}` }])),
  }
  const text = stringify(project, leaveOutEmpty, { lineWidth: 0, aliasDuplicateObjects: false })
  return new Map([
    ['compose.yaml', HEAD + text],
    ...mounted.map(({ path, content }) => [path, content] as const),
  ])
}

function publishedPort(settings: Settings): number {
  return page(settings).nodePort + settings.portOffset
}

interface ObjectParts {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly template?: { readonly spec: IPodSpec } }
}

/** The pods of Deployments and StatefulSets, and the ConfigMaps, by name. */
function read(objects: Manifests) {
  const pods = new Map<string, IPodSpec>()
  const configMaps = new Map<string, Readonly<Record<string, string>>>()
  for (const manifest of [...objects.values()].flat()) {
    const { kind, metadata, data, spec } = manifest.toJSON() as ObjectParts
    if (spec?.template) pods.set(metadata.name, spec.template.spec)
    if (kind === 'ConfigMap') configMaps.set(metadata.name, data ?? {})
  }
  return { pods, configMaps }
}

/** What has to be there before a program starts: its stores, for the test all that it calls; the rest may come later. */
function needs(
  name: string,
  calls: readonly Arrow[],
  pods: ReadonlyMap<string, IPodSpec>,
  stores: readonly string[],
): After {
  const callees = calls.filter(({ from, to }) => from === name && pods.has(to)).map(({ to }) => to)
  return Object.fromEntries(
    name === SMOKE
      ? callees.map((callee) => [callee, { condition: 'service_healthy' }])
      : callees
          .filter((callee) => stores.includes(callee))
          .map((callee) => [callee, { condition: 'service_started' }]),
  )
}

function build({ build: { dockerfile, fetches, run } }: NamedProgram, checkout: string) {
  return { context: checkout, dockerfile, ...run, ...(fetches ? { secrets: ['ca'] } : {}) }
}

/** The files that stand for the keys of the ConfigMaps that a pod mounts. */
function configFiles({ volumes = [] }: IPodSpec, configMaps: ConfigMaps) {
  return volumes.flatMap(({ configMap }) =>
    Object.entries(configMaps.get(configMap?.name ?? '') ?? {}).map(([key, content]) => ({
      name: configName(`${configMap?.name}`, key),
      path: `${configMap?.name}/${key}`,
      content,
    })),
  )
}

function leaveOutEmpty(_: unknown, value: unknown): unknown {
  return value && typeof value === 'object' && Object.keys(value).length === 0 ? undefined : value
}
