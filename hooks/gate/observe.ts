import { DATA_CLAIM } from '../../k8s/database.ts'
import { NAMESPACE } from '../../k8s/names.ts'
import type { SecretValues } from '../../k8s/settings.ts'
import { holdCheckout } from '../../shell/checkout-marker.ts'
import { type Kubectl, KubectlError, read } from '../../shell/kubectl.ts'
import { Refusal } from '../../shell/refusal.ts'
import { answers } from '../../shell/tcp.ts'
import type { Cluster, Facts } from './facts.ts'
import { quantity } from './quantity.ts'

interface List<Item> {
  items: Item[]
}
interface Meta {
  metadata: {
    name: string
    namespace?: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
  }
}
type Node = Meta & {
  status: { allocatable: Record<string, string>; conditions: { type: string; status: string }[] }
}
type Pod = Meta & {
  spec: { nodeName?: string; containers: { resources?: { requests?: Record<string, string> } }[] }
  status: { phase: string }
}

interface Wanted {
  readonly ports: readonly number[]
  readonly nodePorts: readonly number[]
  readonly mountedSources: boolean
}

/**
 * Looks at a cluster and at this machine; changes nothing.
 *
 * @param wanted `ports` have to be free on this machine, `nodePorts` in the cluster; `mountedSources` has the nodes looked at
 */
export async function observe(
  kubectl: Kubectl,
  context: string,
  given: SecretValues,
  { ports, nodePorts, mountedSources }: Wanted,
): Promise<Facts> {
  const server = await apiServer(kubectl, context)
  const [seen, taken, externalDatabase] = await Promise.all([
    server === undefined ? undefined : observeCluster(kubectl, nodePorts),
    Promise.all(ports.map(async (port) => ((await isTaken(port)) ? [port] : []))),
    given.DATABASE_URL ? observeDatabase(new URL(given.DATABASE_URL)) : undefined,
  ])
  const cluster = typeof seen === 'object' ? seen : undefined
  return {
    context,
    server,
    cluster,
    refusal: typeof seen === 'string' ? seen : undefined,
    takenPorts: taken.flat(),
    nodesHoldCheckout:
      mountedSources && cluster ? await holdCheckout(cluster.nodes.map(({ name }) => name)) : undefined,
    externalDatabase,
  }
}

async function apiServer(kubectl: Kubectl, context: string): Promise<string | undefined> {
  const config = JSON.parse(await kubectl(['config', 'view', '-o', 'json']).catch(unreadable)) as {
    contexts?: { name: string; context: { cluster: string } }[] | null
    clusters?: { name: string; cluster: { server: string } }[] | null
  }
  const name = config.contexts?.find((candidate) => candidate.name === context)?.context.cluster
  const server = config.clusters?.find((candidate) => candidate.name === name)?.cluster.server
  return server && new URL(server).hostname
}

function unreadable(error: unknown): never {
  if (!(error instanceof KubectlError)) throw error
  throw new Refusal(
    `The kubeconfig cannot be read: ${error.message}.`,
    'mend what kubectl config view complains of, or set KUBECONFIG to another file',
  )
}

/** @returns what kubectl said when the API server does not answer */
async function observeCluster(kubectl: Kubectl, nodePorts: readonly number[]): Promise<Cluster | string> {
  try {
    const timeout = '10s'
    const list = async <Item>(...words: string[]) =>
      (JSON.parse(await kubectl(['get', ...words, '-o', 'json'], { timeout })) as List<Item>).items
    const [nodes, pods, classes, dns, services, namespace, claim] = await Promise.all([
      list<Node>('nodes'),
      list<Pod>('pods', '--all-namespaces'),
      list<Meta>('storageclasses'),
      list<{ endpoints?: { conditions?: { ready?: boolean } }[] | null }>(
        'endpointslices',
        '--namespace=kube-system',
        '--selector=kubernetes.io/service-name=kube-dns',
      ),
      list<Meta & { spec: { ports?: { nodePort?: number }[] } }>('services', '--all-namespaces'),
      read<{ status: { phase: string } }>(kubectl, ['namespace', NAMESPACE]),
      read<Meta>(kubectl, ['persistentvolumeclaim', DATA_CLAIM, `--namespace=${NAMESPACE}`]),
    ])
    // What waits for a node holds no room on one.
    const others = pods.filter(
      ({ metadata, spec, status }) =>
        metadata.namespace !== NAMESPACE &&
        spec.nodeName !== undefined &&
        !['Succeeded', 'Failed'].includes(status.phase),
    )
    const requested = (name: string) =>
      others
        .flatMap(({ spec }) => spec.containers)
        .reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0)
    const holder = services.find(
      ({ metadata, spec }) =>
        metadata.namespace !== NAMESPACE &&
        spec.ports?.some(({ nodePort }) => nodePort !== undefined && nodePorts.includes(nodePort)),
    )
    return {
      nodes: nodes.map(({ metadata, status }) => ({
        name: metadata.name,
        ready: status.conditions.some(
          (condition) => condition.type === 'Ready' && condition.status === 'True',
        ),
        cpuMillis: Math.round(quantity(status.allocatable.cpu) * 1000),
        memoryBytes: quantity(status.allocatable.memory),
      })),
      dnsReady: dns.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false)),
      hasDefaultStorageClass: classes.some(
        ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
      ),
      dataClaimExists: claim !== undefined,
      namespaceTerminating: namespace?.status.phase === 'Terminating',
      requested: { cpuMillis: Math.round(requested('cpu') * 1000), memoryBytes: requested('memory') },
      nodePortHolder: holder && `${holder.metadata.namespace}/${holder.metadata.name}`,
    }
  } catch (error) {
    if (error instanceof KubectlError) return error.message
    throw error
  }
}

async function observeDatabase(url: URL): Promise<{ host: string; answers: boolean }> {
  const port = Number(url.port || 5432)
  // Pods reach this machine under that name; this machine does not know it.
  const from = url.hostname === 'host.minikube.internal' ? '127.0.0.1' : url.hostname
  return { host: `${url.hostname}:${port}`, answers: await answers(from, port, 3_000) }
}

/** Skaffold has just ended its own forward when the hook runs again: one more look, half a second later. */
async function isTaken(port: number): Promise<boolean> {
  if (!(await answers('127.0.0.1', port, 500))) return false
  await new Promise((resolve) => setTimeout(resolve, 500))
  return answers('127.0.0.1', port, 500)
}
