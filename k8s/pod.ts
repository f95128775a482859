import type { IEnvVar } from 'kubernetes-models/v1/EnvVar'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { IProbe } from 'kubernetes-models/v1/Probe'
import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import type { Listen } from './model/common.ts'
import type { Stack } from './model/stack.ts'
import { namesOf, selector } from './names.ts'
import { packagesMount, packagesVolume } from './packages.ts'
import type { NamedProgram } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'
import { mountedSources, RELOADER, seed, syncedSources, WORKDIR } from './sources.ts'
import { telemetry } from './telemetry.ts'

/** Of every program that is ours, in its image too. */
export const USER = 10001

/** What the `restricted` Pod Security Standard asks of a container, and a read-only root file system beside it. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** What the `restricted` Pod Security Standard asks of a pod that runs as this user. */
export function podSecurity(user: number) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: 'RuntimeDefault' as const },
  }
}

/** Pods get neither an API token nor the environment variables of every Service: `MCP_PORT` would be ours. */
export const podIsolation = { automountServiceAccountToken: false, enableServiceLinks: false }

/**
 * What a container asks for, and what it may not exceed; all as Kubernetes quantities.
 *
 * @param disk the most that its logs and its volumes of type emptyDir may hold: past it the pod is evicted, not its node filled
 */
export function resources({ cpu, memory }: Room, limits: Room, disk = '1Gi') {
  return {
    requests: { cpu, memory, 'ephemeral-storage': '64Mi' },
    limits: { cpu: limits.cpu, memory: limits.memory, 'ephemeral-storage': disk },
  }
}

interface Room {
  readonly cpu: string
  readonly memory: string
}

/** In the loop, all that a dev server has compiled is in such a volume. */
const LOOP_DISK = '8Gi'

/** The Secret as a folder of files, holding only the keys named. */
export function secretVolume(stack: Stack, keys: readonly string[]): IVolume {
  return {
    name: 'secrets',
    secret: {
      secretName: namesOf(stack).secret,
      defaultMode: 0o440,
      items: keys.map((key) => ({ key, path: key })),
    },
  }
}

export function secretMount(stack: Stack): IVolumeMount {
  return { name: 'secrets', mountPath: namesOf(stack).secretsFolder, readOnly: true }
}

/** The Pod of a service. */
export function podSpec(service: NamedProgram, settings: Settings, profile: Profile): IPodSpec {
  const { stack } = settings
  const loop = inLoop(profile)
  const { command } = service
  const mounted = profile === 'dev' ? mountedSources(service) : undefined
  const synced = profile === 'synced' ? syncedSources(service) : undefined
  const sources = mounted ?? synced
  const migrate = loop && command.dev && command.devMigrates ? undefined : command.migrate
  const environment = env(service, settings, loop)
  const writable = service.writable?.[loop ? 'dev' : 'run'] ?? []
  const limits = {
    cpu: settings.limits.cpu,
    memory: (loop && service.resources.devMemoryLimit) || settings.limits.memory,
  }
  const packages = loop ? packagesVolume(service, settings) : undefined
  const mounts = [
    ...writableMounts(writable),
    ...(service.secrets.length > 0 ? [secretMount(stack)] : []),
    ...(packages ? [packagesMount] : []),
  ]
  const container = (name: string) => ({
    name,
    image: service.image,
    imagePullPolicy: 'IfNotPresent' as const,
    securityContext: containerSecurity,
    resources: resources(service.resources, limits, loop ? LOOP_DISK : undefined),
  })

  return {
    ...podIsolation,
    securityContext: podSecurity(USER),
    terminationGracePeriodSeconds: loop ? 30 : 40,
    ...(loop ? {} : { topologySpreadConstraints: [onDifferentNodes(stack, service)] }),
    initContainers: [
      ...(synced ? [{ ...container('seed'), ...seed(service) }] : []),
      ...(migrate
        ? [
            {
              ...container('migrate'),
              command: [...migrate],
              env: environment,
              volumeMounts: [...mounts, ...(mounted?.mounts ?? [])],
            },
          ]
        : []),
    ],
    containers: [
      {
        ...container(service.name),
        command: [...((loop && command.dev) || command.run)(listen(service), RELOADER)],
        env: environment,
        ports: [{ name: 'http', containerPort: service.port }],
        ...(loop ? loopProbes(service) : probes(service)),
        // Endpoints need a moment to forget a pod; until then it must still answer.
        ...(loop ? {} : { lifecycle: { preStop: { sleep: { seconds: 5 } } } }),
        volumeMounts: [...mounts, ...(sources?.mounts ?? [])],
      },
    ],
    volumes: [
      ...['tmp', ...writable.map(volumeName)].map((name) => ({ name, emptyDir: {} })),
      ...(service.secrets.length > 0 ? [secretVolume(stack, service.secrets)] : []),
      ...(packages ? [packages] : []),
      ...(sources ? [sources.volume] : []),
    ],
  }
}

/** Where there are several nodes, losing one does not take all replicas; where there is one, nothing changes. */
function onDifferentNodes(stack: Stack, { name }: NamedProgram) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels: selector(stack, name) },
  }
}

/** In a pod, every address is its own. */
export function listen({ port }: { readonly port: number }): Listen {
  return { host: '0.0.0.0', port }
}

function env(service: NamedProgram, settings: Settings, loop: boolean): IEnvVar[] {
  const { stack } = settings
  const plain = {
    ...service.env?.(listen(service)),
    ...(service.telemetry ? telemetry(settings, loop && settings.gathered) : {}),
    ...(service.secrets.length > 0 ? { SECRETS_DIR: namesOf(stack).secretsFolder } : {}),
  }
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...service.config.map((key) => ({
      name: key,
      valueFrom: { configMapKeyRef: { name: namesOf(stack).configMap, key } },
    })),
  ]
}

function writableMounts(folders: readonly string[]): IVolumeMount[] {
  return [
    { name: 'tmp', mountPath: '/tmp' },
    ...folders.map((folder) => ({ name: volumeName(folder), mountPath: `${WORKDIR}/${folder}` })),
  ]
}

function volumeName(folder: string) {
  return folder.replace(/^\.+/, '').replaceAll('/', '-')
}

function probe(path: string, timing: Omit<IProbe, 'httpGet'>): IProbe {
  return { httpGet: { path, port: 'http' }, ...timing }
}

function probes({ probes: { live, ready } }: NamedProgram) {
  return {
    startupProbe: probe(live, { periodSeconds: 1, failureThreshold: 120, timeoutSeconds: 3 }),
    livenessProbe: probe(live, { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 }),
    readinessProbe: probe(ready, { periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 5 }),
  }
}

/**
 * In the loop a program that has been ready once counts as ready: what a file saved half-way breaks has to be seen by who
 * asks for it, and an hour of it must not get the container killed.
 */
function loopProbes({ probes: { ready } }: NamedProgram) {
  return { startupProbe: probe(ready, { periodSeconds: 1, failureThreshold: 3600, timeoutSeconds: 10 }) }
}
