import { once } from 'node:events'
import { createServer } from 'node:net'
import { $ } from 'zx/core'
import { services } from '../k8s/services.ts'
import { oneOf, readFlags, runCommand, say, warn } from '../shell/command.ts'
import { contextName } from '../shell/kubectl.ts'
import { Refusal } from '../shell/refusal.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT, toolFolder } from '../shell/state-folder.ts'
import { dockerEngine, type Engine } from '../tools/engine.ts'
import { type FoundTool, findTool, pathWith } from '../tools/find.ts'
import { ensureTool } from '../tools/install.ts'
import { kind } from '../tools/kind.ts'
import { minikube } from '../tools/minikube.ts'
import { ABSENT, type Cluster, type Provider, type Step } from '../tools/provider.ts'

const USAGE = `npm run cluster -- up|down|status [--provider minikube|kind] [--delete]

  up       makes or starts a local cluster; fetches skaffold, kubectl and the provider where they are missing
  down     stops the cluster and keeps its data; with --delete, removes both
  status   says what there is; ends with 0 when the cluster runs, with 3 when it does not

--provider is kind where .env.local says KUBE_CONTEXT=kind-..., else minikube.
Minikube's own settings (MINIKUBE_MEMORY=8g, MINIKUBE_DRIVER=...) are respected.
TODO_RELEASE_MIRROR=https://... fetches tools from a mirror of their releases.`

const NOT_RUNNING = 3

/** What `clusterPlan` decides from. */
export interface ClusterSettings {
  readonly action: 'start' | 'stop' | 'remove'
  readonly provider: Provider
  readonly cluster: Cluster
  /** Undefined where the cluster is none of the engine's containers. */
  readonly engine: Engine | undefined
}

/**
 * Decides which commands bring a cluster to what was asked.
 *
 * @returns the commands in their order; none when there is nothing to do
 * @throws Refusal when the engine is too small for a new cluster
 */
export function clusterPlan({ action, provider, cluster, engine }: ClusterSettings): readonly Step[] {
  if (action === 'start') return cluster.state === 'running' ? [] : provider.start(cluster, engine)
  if (cluster.state === 'absent') return []
  return action === 'stop' ? provider.stop : provider.remove
}

/**
 * Does what the usage says.
 *
 * @param port the node port of the stack's page
 * @returns the exit code
 * @throws Refusal when the cluster cannot be had, with the cure
 */
export async function cluster(argv: string[], port: number): Promise<number> {
  const { values, positionals } = readFlags(
    argv,
    USAGE,
    {
      provider: { type: 'string', default: providerOf(loadSettings().settings.kubeContext) },
      delete: { type: 'boolean', default: false },
    },
    true,
  )
  const word = oneOf('The command', positionals.join(' '), ['up', 'down', 'status'])
  const providerName = oneOf('--provider', values.provider, ['minikube', 'kind'])
  if (values.delete && word !== 'down')
    throw new Refusal(`--delete goes with down, not with ${word}.`, 'see --help', 2)

  const provider = providerName === 'kind' ? kind(port, CHECKOUT) : minikube(port, CHECKOUT, process.env)
  const engine = provider.needsEngine ? await dockerEngine() : undefined
  const tool = await findTool(provider.tool)
  const found = tool ? await provider.look(tool) : ABSENT

  if (word === 'up') await up(provider, found, engine, port)
  if (word === 'down') await down(provider, found, engine, tool, values.delete)
  if (word !== 'status') return 0
  say(`${provider.title}: ${found.state}${found.facts && ` (${found.facts})`}`)
  return found.state === 'running' ? 0 : NOT_RUNNING
}

/** The provider whose cluster a context of that name is; Minikube's where none is named. */
function providerOf(kubeContext: string | undefined): 'minikube' | 'kind' {
  return kubeContext?.startsWith('kind-') ? 'kind' : 'minikube'
}

async function up(provider: Provider, cluster: Cluster, engine: Engine | undefined, port: number) {
  const plan = clusterPlan({ action: 'start', provider, cluster, engine })
  if (cluster.state === 'absent') await refuseTakenPort(port)
  const tools = [await ensureTool(provider.tool), await ensureTool('kubectl'), await ensureTool('skaffold')]
  await run(plan, tools, provider)
  say(
    plan.length > 0
      ? `${provider.title} is up. Context: ${provider.context}.`
      : `${provider.title} is up already (${cluster.facts}). Context: ${provider.context}.`,
  )
  if (cluster.state !== 'absent' && !cluster.published)
    warn(
      `It was made without port ${port}: http://localhost:${port} will not answer. npm run cluster -- down --delete, then up, makes it anew; its data goes.`,
    )
  if (provider.context !== contextName(loadSettings().settings.kubeContext))
    say(`To use it, put KUBE_CONTEXT=${provider.context} into .env.local.`)
  if (tools.some(({ path }) => path.startsWith(toolFolder())))
    say(`To use the fetched tools yourself: export PATH="${toolFolder()}:$PATH"`)
}

async function down(
  provider: Provider,
  cluster: Cluster,
  engine: Engine | undefined,
  tool: FoundTool | undefined,
  remove: boolean,
) {
  const plan = clusterPlan({ action: remove ? 'remove' : 'stop', provider, cluster, engine })
  await run(plan, tool ? [tool] : [], provider)
  if (cluster.state === 'absent') say(`${provider.title}: there is none, nothing to do.`)
  else if (remove) say(`${provider.title} is deleted, and its data with it.`)
  else say(`${provider.title} is stopped, its data is kept. --delete would remove both.`)
}

async function run(plan: readonly Step[], tools: readonly FoundTool[], provider: Provider) {
  const env = { ...process.env, PATH: pathWith(tools) }
  for (const { argv, input = '' } of plan) {
    const step = $({
      nothrow: true,
      verbose: false,
      stdio: ['pipe', 'inherit', 'inherit'],
      input,
      env,
    })`${argv}`
    const { exitCode, signal } = await step
    if (exitCode === 0) continue
    const known = provider.explain(exitCode ?? 0)
    throw new Refusal(
      known?.message ??
        `${argv.slice(0, 2).join(' ')} ended with ${signal ?? `code ${exitCode}`}; it says why above.`,
      known?.cure ?? 'cure that, then run this again: it goes on where it stopped',
    )
  }
}

/** The engine finds a taken port only after it has made half a node. */
async function refuseTakenPort(port: number) {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    throw new Refusal(
      `Port ${port} of this machine is taken, and the stack's page is to answer there.`,
      `end what listens on it: ss -ltnp 'sport = :${port}' (macOS: lsof -i :${port}) shows it`,
    )
  }
  server.close()
}

function publishedPort(): number {
  const port = services(loadSettings().settings).find(({ nodePort }) => nodePort)?.nodePort
  if (!port) throw new Error('No service of k8s/services.ts has a node port')
  return port
}

/** The cluster of the settings, up. @returns the port of this machine under which the page will be */
export async function startCluster(): Promise<number> {
  const port = publishedPort()
  await cluster(['up'], port)
  return port
}

runCommand(import.meta.url, (argv) => cluster(argv, publishedPort()))
