import { bridge, page, publicUrl } from '../k8s/exposure.ts'
import { contextName } from '../lib/cluster/kubectl.ts'
import { runSkaffold } from '../lib/cluster/skaffold.ts'
import { chooseTarget, findings, recordUp, TARGETS, type Target } from '../lib/cluster/target.ts'
import { namingCauses } from '../lib/diagnosis/naming-causes.ts'
import { end } from '../lib/host/end.ts'
import { smokeHost } from '../lib/host/smoke.ts'
import { start } from '../lib/host/start.ts'
import { step } from '../lib/host/step.ts'
import { colour, oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { stateFolder } from '../lib/shell/state-folder.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { startCluster } from './cluster.ts'

const USAGE = `npm run up -- [--target cluster|host]

Brings the whole stack up once, healthy and smoke-tested, and leaves it running.

  --target  cluster: Minikube (or kind), through Skaffold.  host: plain processes of this machine, no container engine.
            Without it: cluster where an engine and the tools are found, else host.

Take it down with: npm run down`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { target: { type: 'string' } })
  const target = values.target === undefined ? await choose() : oneOf('--target', values.target, TARGETS)
  const started = performance.now()
  takeLock('npm run up')
  const url = target === 'host' ? await upOnHost() : await upInCluster()
  recordUp(target)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(`\n${colour('green', '✓')} The stack is up after ${seconds} s: ${url}\n  down again: npm run down`)
  return 0
})

async function choose(): Promise<Target> {
  const { target, reason } = chooseTarget(await findings())
  say(`target: ${target} (${reason})`)
  return target
}

/** Nothing half-made: what did not come up whole is ended, also on Ctrl-C. */
async function upOnHost(): Promise<string> {
  const { settings, given } = loadSettings()
  const interrupted = interruption('npm run up')
  await end()
  try {
    const { plan, values } = await start(settings, given, 'run', interrupted)
    await step('smoke test', () => smokeHost(plan, settings, values))
    interrupted.throwIfAborted()
    say(colour('dim', `logs: ${stateFolder()}/logs`))
    return plan.url + (plan.url === plan.local ? '' : `  (which has to lead to ${plan.local})`)
  } catch (error) {
    await end()
    throw error
  }
}

async function upInCluster(): Promise<string> {
  await startCluster()
  const { settings, given } = loadSettings()
  const interrupted = interruption('npm run up')
  const context = contextName(settings.kubeContext)
  await step('skaffold run', () => namingCauses(context, given, () => runSkaffold(['run'], interrupted)))
  const frontend = page(settings)
  const command = bridge(settings, 'run', frontend)
  return publicUrl(settings, 'run', frontend) + (command ? `  (while this runs: ${command})` : '')
}
