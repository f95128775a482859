import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { page, publicUrl } from '../../k8s/exposure.ts'
import { namesOf } from '../../k8s/names.ts'
import { type NamedProgram, programs } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { type Api, openApi } from '../cluster/api.ts'
import { holdCheckout } from '../cluster/checkout-marker.ts'
import { clusterTools } from '../cluster/find.ts'
import { contextName, type Kubectl, kubectlFor } from '../cluster/kubectl.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { debuggerLinks } from './debugger-links.ts'
import type { ScreenPlace } from './screen/lines.ts'
import type { PodAddress } from './tunnel.ts'

/** The cluster of a loop. */
export interface LoopCluster {
  readonly api: Api
  /** Of the stack's namespace. */
  readonly kubectl: Kubectl
  /** By which its pods are reached. */
  readonly way: PodAddress
  readonly nodes: readonly string[]
  /** How saved files come to pods: in `dev` they are mounted. */
  readonly profile: 'dev' | 'synced'
}

/** @param signal ends what is open to it */
export async function openCluster(settings: Settings, signal: AbortSignal): Promise<LoopCluster> {
  const { namespace } = namesOf(settings.stack)
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context, namespace)
  const nodes = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ')
  const profile = (await holdCheckout(nodes)) ? 'dev' : 'synced'
  const api = openApi(context, signal)
  const way = { kubectl: (await clusterTools()).kubectl?.path ?? 'kubectl', context, namespace }
  return { api, kubectl, way, nodes, profile }
}

export function placeOf(settings: Settings, { way, profile }: LoopCluster): ScreenPlace {
  const running = programs(settings)
  const forwarded = running.filter((service) => service.forwarded)
  return {
    stack: settings.stack.name,
    where: way.context,
    sources: profile === 'dev' ? 'mounted' : 'synced',
    logs: `kubectl -n ${way.namespace} logs -f deployment/…`,
    links: {
      ...(running.some(({ nodePort }) => nodePort !== undefined)
        ? { page: publicUrl(settings, profile, page(settings)) }
        : {}),
      ...Object.fromEntries(forwarded.map(({ name, port }) => [name, `http://localhost:${port}`])),
      ...debuggerLinks(running),
    },
  }
}

export async function restart(kubectl: Kubectl, service: string): Promise<void> {
  await kubectl(['rollout', 'restart', `deployment/${service}`])
  // Until then the old pod is what is asked about.
  await kubectl(['rollout', 'status', `deployment/${service}`, '--timeout=170s'], { timeout: '180s' })
}

/** @returns the SHA-256 of what the server in a pod has of the file */
export async function look(
  kubectl: Kubectl,
  { name, look, port }: NamedProgram,
  file: string,
): Promise<string | undefined> {
  if (!look) return undefined
  const node = ['node', '--input-type=module', '-', `${port}`, file]
  const words = ['exec', '--stdin', `deployment/${name}`, `--container=${name}`, '--', ...node]
  const input = readFileSync(join(CHECKOUT, look))
  return (await kubectl(words, { input, timeout: '90s' })).trim() || undefined
}
