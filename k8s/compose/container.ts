import type { IContainer } from 'kubernetes-models/v1/Container'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import { quantity } from '../quantity.ts'

/** The data of ConfigMaps, by name. */
export type ConfigMaps = ReadonlyMap<string, Readonly<Record<string, string>>>

/**
 * What a container of a pod is in a Compose file, but for its neighbours. `data` is the volume that is the pod's claim.
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md
 */
export function composeContainer(pod: IPodSpec, container: IContainer, configMaps: ConfigMaps, data: string) {
  const { image, command, resources, securityContext } = container
  const { runAsUser, runAsGroup } = pod.securityContext ?? {}
  const files = (container.volumeMounts ?? []).map((mount) => mountsOf(pod, mount, configMaps, data))
  return {
    image,
    // The kubelet takes `$$` for a `$`.
    ...(command ? { command: command.map((word) => literal(word.replaceAll('$$', '$'))) } : {}),
    environment: environment(container, configMaps),
    user: `${runAsUser}:${runAsGroup}`,
    read_only: securityContext?.readOnlyRootFilesystem === true,
    cap_drop: securityContext?.capabilities?.drop ?? [],
    security_opt: [`no-new-privileges:${securityContext?.allowPrivilegeEscalation === false}`],
    cpus: quantity(resources?.limits?.cpu),
    // Docker's `m` is Kubernetes' `Mi`.
    mem_limit: `${resources?.limits?.memory}`.replace(/i$/, '').toLowerCase(),
    stop_grace_period: `${pod.terminationGracePeriodSeconds}s`,
    tmpfs: files.flatMap(({ tmpfs }) => tmpfs ?? []),
    volumes: files.flatMap(({ volume }) => volume ?? []),
    secrets: files.flatMap(({ secrets }) => secrets ?? []),
    configs: files.flatMap(({ configs }) => configs ?? []),
  }
}

/** The name of one key of a ConfigMap. */
export function configName(map: string, key: string): string {
  return `${map}-${key}`
}

/** https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}

function environment({ env }: IContainer, configMaps: ConfigMaps): Record<string, string> {
  return Object.fromEntries(
    (env ?? []).map(({ name, value, valueFrom }) => {
      const { name: map = '', key = '' } = valueFrom?.configMapKeyRef ?? {}
      return [name, literal(value ?? configMaps.get(map)?.[key] ?? '')]
    }),
  )
}

interface Mounts {
  readonly tmpfs?: string
  readonly volume?: string
  readonly secrets?: readonly { source: string; target: string }[]
  readonly configs?: readonly { source: string; target: string }[]
}

/** An emptyDir becomes memory; a claim, which is no volume of the pod's own, the volume with the data. */
function mountsOf(
  pod: IPodSpec,
  { name, mountPath }: IVolumeMount,
  configMaps: ConfigMaps,
  data: string,
): Mounts {
  const volume = pod.volumes?.find((candidate) => candidate.name === name)
  if (!volume) return { volume: `${data}:${mountPath}` }
  if (volume.emptyDir) return { tmpfs: mountPath }
  const { secret, configMap } = volume
  const target = (path: string) => `${mountPath}/${path}`
  if (secret)
    return { secrets: (secret.items ?? []).map(({ key, path }) => ({ source: key, target: target(path) })) }
  const map = configMap?.name
  if (!map) throw new Error(`a Compose file has nothing like volume ${name}`)
  const keys = Object.keys(configMaps.get(map) ?? {})
  return { configs: keys.map((key) => ({ source: configName(map, key), target: target(key) })) }
}
