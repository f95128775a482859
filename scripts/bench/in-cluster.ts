import { namesOf, partOf } from '../../k8s/names.ts'
import { databaseOf, programs } from '../../k8s/services.ts'
import { clusterTools, pathWith } from '../../lib/cluster/find.ts'
import { contextName, type Kubectl, kubectlFor } from '../../lib/cluster/kubectl.ts'
import { warn } from '../../lib/shell/command.ts'
import { messageOf } from '../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import { type BenchProgram, startProgram } from './program.ts'
import type { Rig } from './rig.ts'
import type { RunningSubject } from './subject.ts'

/** What selects the stack's objects. */
export function ours({ stack }: Rig): string[] {
  return [`--namespace=${namesOf(stack).namespace}`, `--selector=${partOf(stack)}`]
}

/** The cluster of the settings, as the subjects in it need it. */
export interface ClusterAccess {
  readonly context: string
  readonly kubectl: Kubectl
  /** With the tools on its PATH. */
  readonly env: Readonly<Record<string, string>>
}

export async function clusterAccess(rig: Rig): Promise<ClusterAccess> {
  const context = contextName(loadSettings(rig).settings.kubeContext)
  const PATH = pathWith(Object.values(await clusterTools()))
  return { context, kubectl: kubectlFor(context), env: { PATH, SKAFFOLD_UPDATE_CHECK: 'false' } }
}

/** @returns why no subject can use the cluster now; undefined when one can */
export async function clusterObstacle(rig: Rig): Promise<string | undefined> {
  const { skaffold, kubectl } = await clusterTools()
  if (!skaffold || !kubectl)
    return 'skaffold and kubectl are not both found → npm run cluster -- up fetches them'
  const access = await clusterAccess(rig)
  try {
    const pods = await access.kubectl(['get', 'pods', ...ours(rig), '--output=name'])
    return pods.trim() ? 'a stack is up in the cluster → npm run down -- --target cluster' : undefined
  } catch (error) {
    return `${messageOf(error)} → npm run cluster -- up`
  }
}

/** The line of the settings with which a copy of the checkout uses the same cluster. */
export function contextLine(rig: Rig): string[] {
  const { kubeContext } = loadSettings(rig).settings
  return kubeContext ? [`KUBE_CONTEXT=${kubeContext}`] : []
}

/** The same for a subject in a copy, where Skaffold finds the configuration of the main stack alone. */
export async function copyObstacle(rig: Rig): Promise<string | undefined> {
  return rig.isMain ? clusterObstacle(rig) : 'its copy has no Skaffold configuration → --subjects mounted'
}

/** What a loop in the cluster is reached by: a forwarded port a service, as a developer's browser has it. */
export async function reach(
  rig: Rig,
  name: string,
  folder: string,
  loop: Pick<BenchProgram, 'stop'>,
): Promise<RunningSubject> {
  const { context, kubectl, env } = await clusterAccess(rig)
  const forwards: BenchProgram[] = []
  const address = async (service: string, port: number) => {
    const words = ['port-forward', '--address=127.0.0.1', `service/${service}`, `:${port}`]
    const program = startProgram(
      `${name} ${service} port`,
      ['kubectl', '--context', context, '--namespace', namesOf(rig.stack).namespace, ...words],
      { cwd: CHECKOUT, env },
    )
    forwards.push(program)
    const [, local] = await program.until(/127\.0\.0\.1:(\d+) ->/, 30, rig.interrupted)
    return `http://127.0.0.1:${local}`
  }
  const stop = async () => {
    for (const forward of forwards) await forward.stop()
    await removeTraces(rig, kubectl).catch(({ message }: Error) =>
      warn(`what the bench made stays in the database: ${message}`),
    )
    await loop.stop()
    await kubectl(['wait', 'pods', ...ours(rig), '--for=delete', '--timeout=120s'], { timeout: '130s' })
  }
  try {
    const running = programs(loadSettings(rig).settings)
    const { page, edits } = rig.measures
    const portOf = (wanted: string) => running.find(({ name }) => name === wanted)?.port ?? 0
    const asked = [...new Set([page, ...Object.keys(edits)])]
    const addresses = await Promise.all(asked.map((service) => address(service, portOf(service))))
    return {
      folder,
      addressOf: (service) => addresses[asked.indexOf(service)] ?? '',
      origin: `http://localhost:${portOf(page)}`,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The cluster's database is the developer's, and outlives the bench. */
async function removeTraces({ stack, measures }: Rig, kubectl: Kubectl): Promise<void> {
  const statements = [measures.users?.remove, measures.moves?.undo].filter(Boolean)
  if (statements.length === 0) return
  const { service, user, name: database } = databaseOf(stack)
  const psql = ['psql', '--no-psqlrc', '--quiet', `--username=${user}`, `--dbname=${database}`]
  await kubectl(
    [`--namespace=${namesOf(stack).namespace}`, 'exec', '--stdin', `${service}-0`, '--', ...psql],
    { input: statements.join(';\n') },
  )
}
