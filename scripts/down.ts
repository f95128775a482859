import { dataClaim } from '../k8s/store.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { runSkaffold } from '../lib/cluster/skaffold.ts'
import { chooseTarget, findings, recordDown, recordedTarget, TARGETS } from '../lib/cluster/target.ts'
import { end } from '../lib/host/end.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { NAMES, STACK } from '../lib/stack/chosen.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'

const USAGE = `npm run down -- [--data] [--target cluster|host]

Takes down what npm run up brought up. The database stays, and the next up finds it.

  --data    removes the database too, and with it the secrets that only open that one
  --target  cluster or host; without it, the one that is up; of two, the newer`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    data: { type: 'boolean', default: false },
    target: { type: 'string' },
  })
  takeLock('npm run down')
  const target =
    values.target === undefined
      ? (recordedTarget() ?? chooseTarget(await findings()).target)
      : oneOf('--target', values.target, TARGETS)
  if (target === 'host') {
    const ended = await end(values)
    say(ended.length > 0 ? `ended: ${ended.join(', ')}` : 'nothing of the host target was running')
  } else {
    await downInCluster(values.data)
    recordDown('cluster')
  }
  if (values.data) say('the database and its secrets are removed')
  const left = recordedTarget()
  if (left) say(`still up: the ${left} target; npm run down takes it down too`)
  return 0
})

async function downInCluster(data: boolean): Promise<void> {
  await runSkaffold(['delete'], interruption('npm run down'))
  if (!data) return
  const kubectl = kubectlFor(contextName(loadSettings().settings.kubeContext))
  // The volume goes once no pod uses it: skaffold delete does not wait for that.
  const words = ['delete', `--namespace=${NAMES.namespace}`, '--ignore-not-found', '--timeout=120s']
  const claims = Object.entries(STACK.services).flatMap(([name, { kind }]) =>
    kind === 'store' ? [`persistentvolumeclaim/${dataClaim(name)}`] : [],
  )
  await kubectl([...words, ...claims, `secret/${NAMES.secret}`], {
    timeout: '130s',
  })
}
