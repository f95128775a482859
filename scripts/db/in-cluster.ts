import { randomUUID } from 'node:crypto'
import { CLIENT_FOLDER, DATABASE_CLIENT, databaseClientPod } from '../../k8s/database-client.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { namesOf, partOf } from '../../k8s/names.ts'
import { databaseOf } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { type Kubectl, kubectlFor, read, withOurTools } from '../../lib/cluster/kubectl.ts'
import { warn } from '../../lib/shell/command.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { obstacle, type PodStatus } from '../../lib/smoke/pod-status.ts'
import { bashCommand, type DatabaseClient } from './client.ts'
import { connection } from './connection.ts'
import { interact, run } from './program.ts'

/** An image may have to be pulled first, or room to become free. */
const START_SECONDS = 120

/**
 * Gives the action PostgreSQL's programs in a pod of the cluster, which goes when the action ends: the database need not be
 * in reach of this machine.
 *
 * @throws Refusal when the pod cannot be had; what the action throws
 */
export async function inCluster<Result>(
  context: string,
  settings: Settings,
  interrupted: AbortSignal,
  action: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  const { namespace } = namesOf(settings.stack)
  const kubectl = kubectlFor(context, namespace)
  const { files, env } = connection(await databaseUrl(kubectl, settings.stack), CLIENT_FOLDER)
  const pod = `${DATABASE_CLIENT}-${randomUUID().slice(0, 8)}`
  const started = (words: readonly string[]) => [
    'kubectl',
    '--context',
    context,
    '--namespace',
    namespace,
    ...words,
  ]
  const inPod = (command: readonly string[]) => started(['exec', '--stdin', pod, '--', ...command])
  try {
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(databaseClientPod(settings, pod).toJSON()) })
    await ready(kubectl, pod, interrupted)
    for (const [name, text] of files) {
      const command = bashCommand('umask 077 && cat > "$1"', [`${CLIENT_FOLDER}/${name}`])
      const failed = `Pod ${pod} could not be prepared`
      await run(inPod(command), withOurTools(), failed, { input: text }, interrupted)
    }
    const given = Object.entries(env).map((entry) => entry.join('='))
    return await action({
      bash: (script, failed, { words, ...streams } = {}) =>
        run(
          inPod(['env', ...given, ...bashCommand(script, words)]),
          withOurTools(),
          failed,
          streams,
          interrupted,
        ),
      interact: (command) => {
        const terminal = process.stdin.isTTY ? ['--tty'] : []
        const words = ['exec', '--stdin', ...terminal, pod, '--', 'env', ...given, ...command]
        return interact(started(words), withOurTools())
      },
    })
  } catch (error) {
    // Ctrl-C on a terminal ends a kubectl that is at work too, and its complaint is none.
    interrupted.throwIfAborted()
    throw error
  } finally {
    const words = ['delete', 'pod', pod, '--ignore-not-found', '--wait=false']
    await run(started(words), withOurTools(), `Pod ${pod} could not be removed`).catch((error: Error) =>
      warn(`${error.message}\n  → kubectl --namespace=${namespace} ${words.slice(0, 3).join(' ')}`),
    )
  }
}

/** As the stack's pods have it: what is in `.env.local` may be newer. */
async function databaseUrl(kubectl: Kubectl, stack: Stack): Promise<string> {
  const { namespace, secret: name } = namesOf(stack)
  const { url } = databaseOf(stack)
  const secret = await read<{ data?: Record<string, string> }>(kubectl, ['secret', name])
  const value = secret?.data?.[url]
  if (!value) throw new Refusal(`Secret ${name} has no ${url} in namespace ${namespace}.`, 'npm run up')
  return Buffer.from(value, 'base64').toString()
}

async function ready(kubectl: Kubectl, pod: string, interrupted: AbortSignal): Promise<void> {
  const wait = ['wait', `pod/${pod}`, '--for=condition=Ready', `--timeout=${START_SECONDS}s`]
  try {
    await kubectl(wait, { timeout: `${START_SECONDS + 10}s` })
  } catch (error) {
    interrupted.throwIfAborted()
    const object = await read<{ status: PodStatus }>(kubectl, ['pod', pod])
    const why = object && obstacle(object.status)?.why
    if (!why) throw error
    throw new Refusal(`The pod with PostgreSQL's programs did not start: ${why}.`, 'npm run doctor')
  }
}

/** Programs keep what they have read of a database, and the migrations run when they start. */
export async function restartServices(context: string, stack: Stack): Promise<void> {
  const kubectl = kubectlFor(context, namesOf(stack).namespace)
  const ours = ['deployment', `--selector=${partOf(stack)}`]
  await kubectl(['rollout', 'restart', ...ours])
  await kubectl(['rollout', 'status', ...ours, '--timeout=300s'], { timeout: '310s' })
}
