import { once } from 'node:events'
import { programs } from '../k8s/services.ts'
import { chooseTarget, findings, recordDown, TARGETS } from '../lib/cluster/target.ts'
import { end } from '../lib/host/end.ts'
import { smokeHost } from '../lib/host/smoke.ts'
import { start } from '../lib/host/start.ts'
import type { LoopEvent } from '../lib/loop/event.ts'
import { loopInCluster } from '../lib/loop/in-cluster.ts'
import { watchSaves } from '../lib/loop/saves.ts'
import { openScreen, type Screen } from '../lib/loop/screen/screen.ts'
import { colour, oneOf, readFlags, report, runCommand, say, warn } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { CHECKOUT } from '../lib/shell/state-folder.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { refreshConfig } from '../lib/stack/skaffold-config.ts'
import { startCluster } from './cluster.ts'

const USAGE = `npm run dev -- [--target cluster|host] [--stack DIR]

The hot-reload loop in the foreground: save a file, see it served. Ctrl-C takes everything down, the data stays.

  --target  cluster: skaffold dev, and a change to the stack, k8s/*.ts or .env.local re-renders and redeploys.
            host: the same services as processes of this machine, each reloading by itself.
            Without it: cluster where an engine and the tools are found, else host.
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { target: { type: 'string' }, ...STACK_FLAG })
  const application = await openApplication(values.stack)
  takeLock(application.state, 'npm run dev')
  if (values.target !== undefined) {
    return oneOf('--target', values.target, TARGETS) === 'host'
      ? loopOnHost(application)
      : loopOnCluster(application)
  }
  const { target, reason } = chooseTarget(await findings(application))
  say(`target: ${target} (${reason})`)
  return target === 'host' ? loopOnHost(application) : loopOnCluster(application)
})

async function loopOnCluster(application: Application): Promise<number> {
  const interrupted = interruption('npm run dev')
  await startCluster(application)
  refreshConfig(application)
  const code = await loopInCluster(application, interrupted)
  // Skaffold takes down what it deployed, whoever deployed it before.
  recordDown(application.state, 'cluster')
  return code
}

async function loopOnHost(application: Application): Promise<number> {
  const { state, stack } = application
  const { settings, given } = loadSettings(application)
  const interrupted = interruption('npm run dev')
  // Until all are up, the steps of the start have the terminal.
  const heard: LoopEvent[] = []
  let tell: (event: LoopEvent) => void = (event) => heard.push(event)
  let screen: Screen | undefined
  try {
    await end(state)
    const { plan, values } = await start(application, settings, given, 'dev', interrupted, (event) =>
      tell(event),
    )
    const passed = await smokeHost(application, plan, settings, values).then(
      () => true,
      (error: unknown) => {
        report(error)
        warn('smoke: FAILED — the loop goes on')
        return false
      },
    )
    say(`\n${colour('green', '✓')} The loop is up: ${plan.url}  (Ctrl-C ends it)\n`)
    if (interrupted.aborted) return 0
    screen = openScreen(programs(settings), {
      stack: stack.name,
      where: 'this machine',
      sources: 'in place',
      links: { page: plan.url, ...(plan.url === plan.local ? {} : { 'on this machine': plan.local }) },
      logs: `${state}/logs`,
    })
    tell = screen.tell
    for (const event of heard) tell(event)
    tell({ kind: 'smoke', passed })
    tell({ kind: 'round', status: 'succeeded', at: Date.now() })
    const endWatch = watchSaves(CHECKOUT, programs(settings), tell)
    await once(interrupted, 'abort')
    endWatch()
    return 0
  } finally {
    tell({ kind: 'said', text: 'ending the loop' })
    // What made it end is to be told, not what came of that.
    await end(state).catch(report)
    screen?.close()
  }
}
