import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { $ } from 'zx/core'
import { NODE_SOURCES } from '../../k8s/sources.ts'
import { readJson } from '../shell/json.ts'
import { Refusal } from '../shell/refusal.ts'
import type { Engine } from './engine.ts'
import type { FoundTool } from './find.ts'
import { ABSENT, type Provider } from './provider.ts'
import { publishedByEach, volumesOnEach } from './several-nodes.ts'

/** What the stack, its builds and kube-system need on one node; Minikube's own floor is 1800 MiB. */
const LEAST_MEMORY_MIB = 3072
/** What a node needs that has others beside it. */
const LEAST_OF_SEVERAL_MIB = 2048
const ENOUGH_MEMORY_MIB = 6144
const LEAST_CPUS = 2
const ENOUGH_CPUS = 4
/** Left to the engine and whatever else runs in it. */
const SPARE_MIB = 512

/** A folder of the node that kubeadm mounts into the API server's pod. */
const NODE_CERTIFICATES = '/var/lib/minikube/certs'
const ENCRYPTION_FLAG = 'encryption-provider-config'

const profileListing = z.object({
  valid: z.array(
    z.object({
      Name: z.string(),
      Config: z.object({
        Driver: z.string(),
        ExposedPorts: z.array(z.string()).nullish(),
        Nodes: z.array(z.object({ Name: z.string() })),
        KubernetesConfig: z.object({
          KubernetesVersion: z.string(),
          ContainerRuntime: z.string(),
          ExtraOptions: z.array(z.object({ Key: z.string() })).nullish(),
        }),
      }),
    }),
  ),
})

/**
 * Minikube with its docker driver, made with the docker runtime, so that Skaffold builds straight into its engine; one that
 * is there with another runtime is used as it is.
 *
 * @param port the node port that is to answer on this machine's loopback
 * @param checkout the folder that a new cluster's node gets to see, for the loop to mount sources from
 * @param environment Minikube reads each flag from MINIKUBE_<FLAG>: what is exported there wins
 */
export function minikube(port: number, checkout: string, environment: NodeJS.ProcessEnv): Provider {
  const exported = (flag: string) => environment[`MINIKUBE_${flag.replaceAll('-', '_').toUpperCase()}`]
  const flag = (name: string, value: string | number) => (exported(name) ? [] : [`--${name}=${value}`])
  const profile = exported('profile') ?? 'minikube'
  const driver = exported('driver') ?? 'docker'
  const runtime = exported('container-runtime') ?? 'docker'
  const named = `--profile=${profile}`

  return {
    tool: 'minikube',
    title: `Minikube profile "${profile}"`,
    context: profile,
    needsEngine: driver === 'docker',
    // What lies below `files` Minikube copies to the same place of each node, at each start, before it starts Kubernetes.
    keyFolder: join(minikubeHome(environment), 'files', NODE_CERTIFICATES),
    stop: () => [{ argv: ['minikube', 'stop', named] }],
    remove: [{ argv: ['minikube', 'delete', named] }],
    explain,

    async look({ path }) {
      const quietly = $({
        nothrow: true,
        quiet: true,
        signal: AbortSignal.timeout(60_000),
        env: { ...process.env, MINIKUBE_WANTUPDATENOTIFICATION: 'false' },
      })
      const [listing, status] = await Promise.all([
        quietly`${path} profile list --light --output=json`,
        quietly`${path} status ${named} --output=json`,
      ])
      const config = readListing(listing.stdout, profile)
      if (!config) return ABSENT
      refuseOther(profile, config.driver, driver)
      return {
        state: status.ok ? 'running' : 'stopped',
        facts: `Kubernetes ${config.kubernetes}, ${config.driver} driver, ${config.runtime} runtime`,
        published: config.ports.some((published) => published.endsWith(`:${port}`)),
        encrypted: config.encrypted,
        nodes: config.nodes,
      }
    },

    takes: (nodes) => portsOf(count(nodes)),

    create({ nodes, encryption, engine }) {
      const several = count(nodes) > 1
      const start = {
        argv: [
          'minikube',
          'start',
          named,
          ...flag('driver', driver),
          // From v1.39 on Minikube's default is containerd, which Skaffold cannot build into: each image would be loaded.
          ...flag('container-runtime', runtime),
          ...(nodes === undefined ? [] : [`--nodes=${nodes}`]),
          ...(engine ? size(engine, count(nodes)) : []),
          ...(engine && !several ? flag('ports', `127.0.0.1:${port}:${port}`) : []),
          ...(engine ? mounted(checkout) : []),
          `--extra-config=apiserver.${ENCRYPTION_FLAG}=${NODE_CERTIFICATES}/${basename(encryption)}`,
          ...flag('wait', 'all'),
        ],
        ...(engine && several && !exported('ports') ? { env: publishedByEach(portsOf(count(nodes))) } : {}),
      }
      return several ? [start, ...volumesOnEach(profile)] : [start]
    },

    // An existing profile keeps what it was made with; asking for other sizes only makes Minikube complain.
    start: () => [{ argv: ['minikube', 'start', named, ...flag('wait', 'all')] }],

    enable: (addons) => addons.map((addon) => ({ argv: ['minikube', 'addons', 'enable', addon, named] })),
  }

  function count(nodes: number | undefined): number {
    return nodes ?? Number(exported('nodes') ?? 1)
  }

  /** One for each node. */
  function portsOf(nodes: number): number[] {
    return Array.from({ length: nodes }, (_, index) => port + index)
  }

  /** A bind mount into the node's container, which only its making can give it. Minikube splits it at colons. */
  function mounted(checkout: string): string[] {
    if (checkout.includes(':') || exported('mount-string')) return []
    return ['--mount', `--mount-string=${checkout}:${NODE_SOURCES}`]
  }

  /** What each node may use of the engine. */
  function size(engine: Engine, nodes: number): string[] {
    const least = nodes > 1 ? LEAST_OF_SEVERAL_MIB : LEAST_MEMORY_MIB
    const memory = Math.min(ENOUGH_MEMORY_MIB, Math.floor((engine.memoryMiB - SPARE_MIB) / nodes))
    if (memory < least && !exported('memory'))
      throw new Refusal(
        `The Docker engine has ${engine.memoryMiB} MiB of memory, and ${nodes > 1 ? `${nodes} nodes need` : 'the stack in Minikube needs'} ${nodes * least + SPARE_MIB}.`,
        'give the engine more (Docker Desktop: Settings, Resources), or use the host target: npm run up -- --target host',
      )
    if (engine.cpus < LEAST_CPUS && !exported('cpus'))
      throw new Refusal(
        `The Docker engine has ${engine.cpus} CPU, and Kubernetes needs ${LEAST_CPUS}.`,
        'give the engine more (Docker Desktop: Settings, Resources), or use the host target: npm run up -- --target host',
      )
    return [...flag('cpus', Math.min(ENOUGH_CPUS, engine.cpus)), ...flag('memory', `${memory}mb`)]
  }
}

/** @returns what runs the containers of a profile, like `docker` or `containerd`; undefined where there is no such profile */
export async function runtimeOf({ path }: FoundTool, profile: string): Promise<string | undefined> {
  const quietly = $({ nothrow: true, quiet: true, signal: AbortSignal.timeout(60_000) })
  const listing = await quietly`${path} profile list --light --output=json`
  const parsed = profileListing.safeParse(readJson(listing.stdout))
  const listed = parsed.data?.valid.find(({ Name }) => Name === profile)
  return listed?.Config.KubernetesConfig.ContainerRuntime
}

/** Minikube's own rule: https://minikube.sigs.k8s.io/docs/handbook/config/#environment-variables */
function minikubeHome({ MINIKUBE_HOME }: NodeJS.ProcessEnv): string {
  const base = MINIKUBE_HOME || homedir()
  return basename(base) === '.minikube' ? base : join(base, '.minikube')
}

function readListing(stdout: string, profile: string) {
  const parsed = profileListing.safeParse(readJson(stdout))
  if (!parsed.success)
    throw new Refusal(
      'Minikube does not say which profiles it has.',
      'minikube profile list shows what is wrong',
    )
  const config = parsed.data.valid.find(({ Name }) => Name === profile)?.Config
  return (
    config && {
      driver: config.Driver,
      runtime: config.KubernetesConfig.ContainerRuntime,
      kubernetes: config.KubernetesConfig.KubernetesVersion,
      ports: config.ExposedPorts ?? [],
      encrypted: (config.KubernetesConfig.ExtraOptions ?? []).some(({ Key }) => Key === ENCRYPTION_FLAG),
      nodes: config.Nodes.map(({ Name }) => Name),
    }
  )
}

function refuseOther(profile: string, actual: string, wanted: string): void {
  if (actual === wanted) return
  throw new Refusal(
    `The Minikube profile "${profile}" was made with the driver ${actual}, and ${wanted} is asked for.`,
    `export MINIKUBE_DRIVER=${actual} to use it as it is — or minikube delete --profile=${profile} (its data goes too), then npm run cluster -- up`,
  )
}

/** Minikube's exit codes: https://minikube.sigs.k8s.io/docs/contrib/errorcodes/ */
function explain(exitCode: number) {
  if (exitCode === 23)
    return {
      message: 'Minikube finds too little memory.',
      cure: 'give the Docker engine more, or export MINIKUBE_MEMORY with less',
    }
  if (exitCode === 26)
    return {
      message: 'Minikube finds too little disk space.',
      cure: 'docker system prune frees what no container uses',
    }
  if (exitCode === 29)
    return { message: 'Minikube finds too few CPUs.', cure: 'give the Docker engine at least 2' }
  if (exitCode >= 40 && exitCode <= 49)
    return {
      message: 'Minikube cannot reach the internet, where its node image and Kubernetes come from.',
      cure: 'check the network and the proxy variables, then run this again',
    }
  if (exitCode === 57)
    return {
      message: 'Minikube does not run its docker driver as root.',
      cure: 'run this as a user of the docker group, or export MINIKUBE_FORCE=true',
    }
  return undefined
}
