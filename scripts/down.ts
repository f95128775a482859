import { namesOf } from '../k8s/names.ts'
import { dataClaim } from '../k8s/store.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { runSkaffold } from '../lib/cluster/skaffold.ts'
import { findTarget, recordDown, recordedTarget, TARGETS } from '../lib/cluster/target.ts'
import { end } from '../lib/host/end.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import {
  type Application,
  openApplication,
  STACK_FLAG,
  STACK_USAGE,
  stackTyped,
} from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { refreshConfig } from '../lib/stack/skaffold-config.ts'
import { removeLeftOfLoop } from './down/left-of-loop.ts'
import { removeLeftVolumes } from './down/left-volumes.ts'

const USAGE = `npm run down -- [--data] [--target cluster|host] [--stack DIR]

Takes down what npm run up brought up. The database stays, and the next up finds it.

  --data    removes the database too, and with it the secrets that only open that one
  --target  cluster or host; without it, the one that is up; of two, the newer
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    data: { type: 'boolean', default: false },
    target: { type: 'string' },
    ...STACK_FLAG,
  })
  const application = await openApplication(values.stack)
  const { state } = application
  takeLock(state, 'npm run down')
  const target =
    values.target === undefined
      ? (recordedTarget(state) ?? (await findTarget(application)).target)
      : oneOf('--target', values.target, TARGETS)
  if (target === 'host') {
    const ended = await end(application, values)
    say(ended.length > 0 ? `ended: ${ended.join(', ')}` : 'nothing of the host target was running')
  } else {
    await downInCluster(application, values.data)
    recordDown(state, 'cluster')
  }
  if (values.data) say('the database and its secrets are removed')
  const left = recordedTarget(state)
  if (left) say(`still up: the ${left} target; npm run down${stackTyped(application)} takes it down too`)
  return 0
})

async function downInCluster(application: Application, data: boolean): Promise<void> {
  const { stack } = application
  const { namespace, secret } = namesOf(stack)
  refreshConfig(application)
  await runSkaffold(application, ['delete'], interruption('npm run down'))
  const { settings } = loadSettings(application)
  const context = contextName(settings.kubeContext)
  const kubectl = kubectlFor(context)
  await removeLeftOfLoop(kubectl, settings)
  if (!data) return
  const claims = Object.entries(stack.services).flatMap(([name, { kind }]) =>
    kind === 'store' ? [dataClaim(name)] : [],
  )
  // The volume goes once no pod uses it: skaffold delete does not wait for that.
  const words = ['delete', `--namespace=${namespace}`, '--ignore-not-found', '--timeout=120s']
  const objects = [...claims.map((claim) => `persistentvolumeclaim/${claim}`), `secret/${secret}`]
  await kubectl([...words, ...objects], { timeout: '130s' })
  await removeLeftVolumes(kubectl, context, namespace, claims)
}
