import { z } from 'zod'
import type { Profile } from '../../../k8s/settings.ts'
import { holdCheckout } from '../../cluster/checkout-marker.ts'
import { inAnswer, type Kubectl, KubectlError } from '../../cluster/kubectl.ts'
import { localhostAnswers } from '../../shell/loopback.ts'
import { Refusal } from '../../shell/refusal.ts'
import { answers } from '../../shell/tcp.ts'
import type { Configuration } from '../../stack/settings-file.ts'
import type { FitnessFacts } from './facts.ts'
import { observeCluster } from './observe-cluster.ts'

interface Purpose {
  readonly profile: Profile
  readonly ports: readonly number[]
}

/**
 * Looks at a cluster and at this machine; changes nothing.
 *
 * @param wanted `profile` decides how far: the cluster of `remote` is not this machine's, that of `dev` has to hold this
 *   checkout; `ports` have to be free on this machine
 */
export async function observe(
  kubectl: Kubectl,
  context: string,
  { settings, given }: Configuration,
  { profile, ports }: Purpose,
): Promise<FitnessFacts> {
  const server = await apiServer(kubectl, context)
  const database = given[settings.stack.database?.url ?? '']
  const [seen, taken, externalDatabase] = await Promise.all([
    server === undefined ? undefined : observeCluster(kubectl, settings, profile),
    Promise.all(ports.map(async (port) => ((await isTaken(port)) ? [port] : []))),
    // A remote cluster may reach one that this machine does not.
    database && profile !== 'remote' ? observeDatabase(new URL(database)) : undefined,
  ])
  const cluster = typeof seen === 'object' ? seen : undefined
  return {
    context,
    server,
    cluster,
    refusal: typeof seen === 'string' ? seen : undefined,
    takenPorts: taken.flat(),
    nodesHoldCheckout:
      profile === 'dev' && cluster?.own
        ? await holdCheckout(cluster.own.nodes.map(({ name }) => name))
        : undefined,
    externalDatabase,
  }
}

const KUBECONFIG = z.looseObject({
  contexts: z
    .array(z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string().optional() }) }))
    .nullish(),
  clusters: z
    .array(z.looseObject({ name: z.string(), cluster: z.looseObject({ server: z.string().optional() }) }))
    .nullish(),
})

/** @returns the host name of the API server that the kubeconfig has for the context; undefined when it has none */
export async function apiServer(kubectl: Kubectl, context: string): Promise<string | undefined> {
  const words = ['config', 'view', '-o', 'json']
  const config = await kubectl(words)
    .then((text) => inAnswer<z.infer<typeof KUBECONFIG>>(words, text, KUBECONFIG))
    .catch(unreadable)
  const name = config.contexts?.find((candidate) => candidate.name === context)?.context.cluster
  const server = config.clusters?.find((candidate) => candidate.name === name)?.cluster.server
  return server && URL.canParse(server) ? new URL(server).hostname : undefined
}

function unreadable(error: unknown): never {
  if (!(error instanceof KubectlError)) throw error
  throw new Refusal(
    `The kubeconfig cannot be read: ${error.message}.`,
    'mend what kubectl config view complains of, or set KUBECONFIG to another file',
  )
}

async function observeDatabase(url: URL): Promise<{ host: string; answers: boolean }> {
  const port = Number(url.port || 5432)
  // Pods reach this machine under such a name, of Minikube, Docker Desktop or k3d; this machine need not know it.
  const from = /^host\.\w+\.internal$/.test(url.hostname) ? '127.0.0.1' : url.hostname
  return { host: `${url.hostname}:${port}`, answers: await answers(from, port, 3_000) }
}

/** Skaffold has just ended its own forward when the hook runs again: one more look, half a second later. */
async function isTaken(port: number): Promise<boolean> {
  if (!(await localhostAnswers(port, 500))) return false
  await new Promise((resolve) => setTimeout(resolve, 500))
  return localhostAnswers(port, 500)
}
