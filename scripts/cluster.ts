import { page } from '../k8s/exposure.ts'
import type { Settings } from '../k8s/settings.ts'
import { ADDONS, parseAddons } from '../lib/cluster/addons.ts'
import { encryptionFile, writeEncryption } from '../lib/cluster/encryption.ts'
import { dockerEngine, type Engine } from '../lib/cluster/engine.ts'
import { type FoundTool, findTool } from '../lib/cluster/find.ts'
import { ensureTool } from '../lib/cluster/install.ts'
import { kind } from '../lib/cluster/kind.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { minikube } from '../lib/cluster/minikube.ts'
import { isOurs, KIND_CLUSTER, startCure } from '../lib/cluster/own-cluster.ts'
import { ABSENT, type Provider, type ProviderCluster } from '../lib/cluster/provider.ts'
import { contextProblem } from '../lib/diagnosis/fitness/context-problem.ts'
import { apiServer } from '../lib/diagnosis/fitness/observe.ts'
import { oneOf, readFlags, runCommand, say, warn } from '../lib/shell/command.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { CHECKOUT, toolFolder } from '../lib/shell/state-folder.ts'
import { type Application, openApplication, STACK_FLAG } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { type ClusterWishes, clusterPlan, counted } from './cluster/plan.ts'
import { refuseTakenPort, runSteps } from './cluster/run.ts'

/** A machine's containers and a person's patience end before. */
const MOST_NODES = 9

const USAGE = `npm run cluster -- up|down|status [--provider minikube|kind] [--nodes N] [--addons A,B] [--delete] [--stack DIR]

  up       makes or starts a local cluster; fetches skaffold, kubectl and the provider where they are missing
  down     stops the cluster and keeps its data; with --delete, removes both
  status   says what there is; ends with 0 when the cluster runs, with 3 when it does not

--provider is kind where .env.local says KUBE_CONTEXT=kind-${KIND_CLUSTER}, else minikube; where it names a cluster of yours, say it.
--nodes    of a new cluster: 1 (default) to ${MOST_NODES}.
--addons   of Minikube: ${ADDONS.join(', ')}.
--stack    the folder of another stack.ts, whose page a new cluster publishes
Minikube's own settings (MINIKUBE_MEMORY=8g, MINIKUBE_CNI=calico, ...) are respected.
TODO_RELEASE_MIRROR=https://... fetches tools from a mirror of their releases.
What each is for: docs/runbooks/choose-a-cluster.md`

const FLAGS = {
  provider: { type: 'string' },
  nodes: { type: 'string' },
  addons: { type: 'string' },
  delete: { type: 'boolean', default: false },
  ...STACK_FLAG,
} as const

const NOT_RUNNING = 3

const PROVIDERS = ['minikube', 'kind'] as const
type ProviderName = (typeof PROVIDERS)[number]

/**
 * Does what the usage says.
 *
 * @param application whose settings say which cluster
 * @param port the node port of the stack's page
 * @returns the exit code
 * @throws Refusal when the cluster cannot be had, with the cure
 */
export async function cluster(application: Application, argv: string[], port: number): Promise<number> {
  const { values, positionals } = readFlags(argv, USAGE, FLAGS, true)
  const word = oneOf('The command', positionals.join(' '), ['up', 'down', 'status'])
  const { kubeContext } = loadSettings(application).settings
  const providerName = values.provider
    ? oneOf('--provider', values.provider, PROVIDERS)
    : providerOf(kubeContext)
  if (values.delete && word !== 'down') throw wrongPlace('--delete', 'down', word)
  if (values.nodes !== undefined && word !== 'up') throw wrongPlace('--nodes', 'up', word)
  if (values.addons !== undefined && word !== 'up') throw wrongPlace('--addons', 'up', word)
  const asked = { nodes: parseNodes(values.nodes), addons: parseAddons(values.addons ?? '') }

  const seen = await look(providerName, port)
  if (word === 'up') await up(application, seen, port, asked)
  if (word === 'down') await down(seen, values.delete)
  if (word !== 'status') return 0
  const { provider, cluster } = seen
  say(`${provider.title}: ${cluster.state}${facts(cluster)}`)
  warnOf(cluster, port)
  return cluster.state === 'running' ? 0 : NOT_RUNNING
}

/**
 * Brings up the cluster of the settings, for Skaffold to build into. One that is a person's own is only asked whether it
 * answers: nobody asked for another, nor for its start.
 *
 * @throws Refusal as `cluster` does, and where Skaffold cannot build for that cluster
 */
export async function startCluster(application: Application): Promise<void> {
  const { settings } = loadSettings(application)
  const context = contextName(settings.kubeContext)
  if (!isOurs(context)) return requireCluster(context, settings)
  const port = page(settings).nodePort
  const seen = await look(providerOf(context), port)
  // https://github.com/GoogleContainerTools/skaffold/issues/5494
  if (seen.provider.tool === 'minikube' && seen.cluster.nodes.length > 1)
    throw new Refusal(
      `${seen.provider.title} has ${counted(seen.cluster.nodes.length)}, and Skaffold builds for a Minikube of one only.`,
      'docs/runbooks/choose-a-cluster.md says how to deploy there; or use kind: npm run cluster -- up --provider kind',
    )
  await up(application, seen, port, { nodes: undefined, addons: [] })
}

/** A provider, and what there is of it on this machine. */
interface Presence {
  readonly provider: Provider
  readonly cluster: ProviderCluster
  /** Undefined where the cluster is none of the engine's containers. */
  readonly engine: Engine | undefined
  /** Undefined where it is not installed. */
  readonly tool: FoundTool | undefined
}

async function look(name: ProviderName, port: number): Promise<Presence> {
  const provider = name === 'kind' ? kind(port, CHECKOUT) : minikube(port, CHECKOUT, process.env)
  const engine = provider.needsEngine ? await dockerEngine() : undefined
  const tool = await findTool(provider.tool)
  return { provider, engine, tool, cluster: tool ? await provider.look(tool) : ABSENT }
}

function wrongPlace(flag: string, itsWord: string, word: string): Refusal {
  return new Refusal(`${flag} goes with ${itsWord}, not with ${word}.`, 'see --help', 2)
}

function parseNodes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const nodes = Number(text)
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= MOST_NODES) return nodes
  throw new Refusal(`--nodes is "${text}", which is no number from 1 to ${MOST_NODES}.`, 'see --help', 2)
}

/**
 * The provider whose cluster a context of that name is; Minikube's where none is named.
 *
 * @throws Refusal where it is a cluster of the person's own
 */
function providerOf(kubeContext: string | undefined): ProviderName {
  if (kubeContext !== undefined && !isOurs(kubeContext))
    throw new Refusal(
      `KUBE_CONTEXT names "${kubeContext}", a cluster that this command does not make.`,
      'start and stop that one with what made it — or say which one you mean: --provider minikube',
    )
  return kubeContext?.startsWith('kind-') ? 'kind' : 'minikube'
}

/** @throws Refusal where the context is not in the kubeconfig, is not to be used, or its API server does not answer */
async function requireCluster(context: string, settings: Settings): Promise<void> {
  await Promise.all([ensureTool('kubectl'), ensureTool('skaffold')])
  const kubectl = kubectlFor(context)
  const problem = contextProblem({ context, server: await apiServer(kubectl, context) }, settings, 'run')
  if (problem) throw new Refusal(problem.message, problem.cure)
  await kubectl(['version', '--output=json'], { timeout: '15s' }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(
      `The cluster of context "${context}" does not answer: ${error.message}.`,
      startCure(context),
    )
  })
  say(`context ${context}: used as it is`)
}

async function up(
  application: Application,
  { provider, cluster, engine }: Presence,
  port: number,
  asked: ClusterWishes,
) {
  const encryption = encryptionFile(provider.keyFolder)
  const plan = clusterPlan({ ...asked, provider, cluster, engine, encryption })
  if (cluster.state === 'absent') await Promise.all(provider.takes(asked.nodes).map(refuseTakenPort))
  const tools = await Promise.all([provider.tool, 'kubectl' as const, 'skaffold' as const].map(ensureTool))
  if (cluster.state === 'absent') writeEncryption(encryption)
  await runSteps(plan, tools, provider)
  say(
    cluster.state === 'running'
      ? `${provider.title} is up already${facts(cluster)}. Context: ${provider.context}.`
      : `${provider.title} is up. Context: ${provider.context}.`,
  )
  warnOf(cluster, port)
  if (provider.context !== contextName(loadSettings(application).settings.kubeContext))
    say(`To use it, put KUBE_CONTEXT=${provider.context} into .env.local.`)
  if (tools.some(({ path }) => path.startsWith(toolFolder())))
    say(`To use the fetched tools yourself: export PATH="${toolFolder()}:$PATH"`)
}

/** What there is to say of a cluster, in brackets; nothing of one that is absent. */
function facts({ facts, nodes }: ProviderCluster): string {
  const all = nodes.length > 1 ? [facts, counted(nodes.length)] : [facts]
  return facts && ` (${all.join(', ')})`
}

/** Warns of what a cluster was made without, and can be given by making it anew only. */
function warnOf({ state, published, encrypted }: ProviderCluster, port: number) {
  if (state === 'absent') return
  const anew = 'npm run cluster -- down --delete, then up, makes it anew; its data goes.'
  if (!published) warn(`It was made without port ${port}: http://localhost:${port} will not answer. ${anew}`)
  if (!encrypted) warn(`It was made without encryption: its Secrets are readable on its disk. ${anew}`)
}

async function down({ provider, cluster, tool }: Presence, remove: boolean) {
  if (cluster.state === 'absent') {
    say(`${provider.title}: there is none, nothing to do.`)
    return
  }
  await runSteps(remove ? provider.remove : provider.stop(cluster), tool ? [tool] : [], provider)
  if (remove) say(`${provider.title} is deleted, and its data with it.`)
  else say(`${provider.title} is stopped, its data is kept. --delete would remove both.`)
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, FLAGS, true)
  const application = await openApplication(values.stack)
  return cluster(application, argv, page(loadSettings(application).settings).nodePort)
})
