import { bridge, page, publicUrl } from '../k8s/exposure.ts'
import { contextName } from '../lib/cluster/kubectl.ts'
import { runSkaffold } from '../lib/cluster/skaffold.ts'
import { announceTarget, recordUp, TARGETS } from '../lib/cluster/target.ts'
import { namingCauses } from '../lib/diagnosis/naming-causes.ts'
import { end } from '../lib/host/end.ts'
import { smokeHost } from '../lib/host/smoke.ts'
import { start } from '../lib/host/start.ts'
import { step } from '../lib/host/step.ts'
import { colour, oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
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
import { startCluster } from './cluster.ts'

const USAGE = `npm run up -- [--target cluster|host] [--stack DIR]

Brings the whole stack up once, healthy and smoke-tested, and leaves it running.

  --target  cluster: Minikube (or kind), through Skaffold.  host: plain processes of this machine, no container engine.
            Without it: cluster where an engine and the tools are found, else host.
${STACK_USAGE}

Take it down with: npm run down`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { target: { type: 'string' }, ...STACK_FLAG })
  const application = await openApplication(values.stack)
  const target =
    values.target === undefined
      ? await announceTarget(application)
      : oneOf('--target', values.target, TARGETS)
  const started = performance.now()
  takeLock(application.state, 'npm run up')
  const url = target === 'host' ? await upOnHost(application) : await upInCluster(application)
  recordUp(application.state, target)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(
    `\n${colour('green', '✓')} The stack is up after ${seconds} s: ${url}\n  down again: npm run down${stackTyped(application)}`,
  )
  return 0
})

/** Nothing half-made: what did not come up whole is ended, also on Ctrl-C. */
async function upOnHost(application: Application): Promise<string> {
  const { settings, given } = loadSettings(application)
  const interrupted = interruption('npm run up')
  await end(application)
  try {
    const { plan, values } = await start({ application, settings, profile: 'run', interrupted }, given)
    await step('smoke test', () => smokeHost(application, plan, values))
    interrupted.throwIfAborted()
    say(colour('dim', `logs: ${application.state}/logs`))
    return plan.url + (plan.url === plan.local ? '' : `  (which has to lead to ${plan.local})`)
  } catch (error) {
    await end(application)
    throw error
  }
}

async function upInCluster(application: Application): Promise<string> {
  await startCluster(application)
  refreshConfig(application)
  const { settings, given } = loadSettings(application)
  const interrupted = interruption('npm run up')
  const context = contextName(settings.kubeContext)
  await step('skaffold run', () =>
    namingCauses(context, application, given, () => runSkaffold(application, ['run'], interrupted)),
  )
  const entry = page(settings)
  const command = bridge(settings, 'run', entry)
  return publicUrl(settings, 'run', entry) + (command ? `  (while this runs: ${command})` : '')
}
