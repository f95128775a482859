import { once } from 'node:events'
import { programs } from '../../k8s/services.ts'
import { end } from '../host/end.ts'
import { launchInForeground, migrate, ready } from '../host/launch.ts'
import type { HostPlan } from '../host/plan.ts'
import { endNamed, recorded } from '../host/running.ts'
import { readHostSecrets } from '../host/secrets.ts'
import { smokeHost } from '../host/smoke.ts'
import { start } from '../host/start.ts'
import { colour, report, say, warn } from '../shell/command.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import { compileFirstPage } from './first-page.ts'
import { watchSaves } from './saves.ts'
import { openScreen, type Screen } from './screen/screen.ts'
import { serveSession } from './session/serve.ts'
import type { Hearer, Session } from './session/session.ts'

/**
 * The loop of processes on this machine. However it ends, all that it has started ends with it.
 *
 * @param interrupted ends it
 * @throws Refusal when it cannot start
 */
export async function loopOnHost(application: Application, interrupted: AbortSignal): Promise<void> {
  const beside = new AbortController()
  const { state } = application
  let [screen, session]: [Screen | undefined, Session | undefined] = [undefined, undefined]
  try {
    const { settings, given } = loadSettings(application)
    await end(application)
    // Known once all is up.
    const links: Record<string, string> = {}
    const place = {
      stack: settings.stack.name,
      where: 'this machine',
      sources: 'in place',
      links,
      logs: `${state}/logs`,
    } as const
    let plan: HostPlan | undefined
    // One at a time: two of the same service would fight for its port.
    let restarts: Promise<unknown> = Promise.resolve()
    const means = {
      services: programs(settings),
      broughtAs: () => undefined,
      restart: (service: string) => {
        const run = restarts.then(() => restart(state, service, plan, session, interrupted))
        restarts = run.catch(() => undefined)
        return run
      },
      stop: () => process.kill(process.pid, 'SIGINT'),
    }
    // Of the first start, they are made a little later.
    let secrets = Object.values({ ...readHostSecrets(state), ...given })
    session = await serveSession(programs(settings), place, means, () => secrets, state, beside.signal)
    const { tell, on } = session
    // Until all are up, the steps of the start have the terminal.
    const heard: Parameters<Hearer>[] = []
    const endHearing = on((...happening) => heard.push(happening))
    for (const service of programs(settings))
      if (service.nodePort !== undefined)
        on(compileFirstPage(service, `http://localhost:${service.port + settings.portOffset}`))
    const started = await start(application, settings, given, 'dev', interrupted, tell)
    plan = started.plan
    secrets = Object.values(started.values)
    links.page = plan.url
    if (plan.url !== plan.local) links['on this machine'] = plan.local
    const passed = await smokeHost(application, plan, started.values).then(
      () => true,
      (error: unknown) => {
        report(error)
        warn('smoke: FAILED — the loop goes on')
        return false
      },
    )
    say(`\n${colour('green', '✓')} The loop is up: ${plan.url}  (Ctrl-C ends it)\n`)
    if (interrupted.aborted) return
    endHearing()
    screen = openScreen(session)
    for (const happening of heard) screen.hear(...happening)
    on(screen.hear)
    tell({ kind: 'smoke', passed })
    tell({ kind: 'round', status: 'succeeded', at: Date.now() })
    beside.signal.addEventListener('abort', watchSaves(CHECKOUT, programs(settings), tell))
    await once(interrupted, 'abort')
  } finally {
    session?.tell({ kind: 'said', text: 'ending the loop' })
    // What made it end is to be told, not what came of that.
    await end(application).catch(report)
    beside.abort()
    screen?.close()
  }
}

async function restart(
  state: string,
  service: string,
  plan: HostPlan | undefined,
  session: Session | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const process = plan?.processes.find(({ name }) => name === service)
  if (!process || !session)
    throw new Refusal('The loop is still starting.', 'npm run loop -- wait --healthy, then again')
  await endNamed(state, service)
  // As a pod does, before it starts.
  await migrate(state, process, interrupted)
  interrupted.throwIfAborted()
  await launchInForeground(state, process, session.tell)
  const isRunning = async () => (await recorded(state)).some(({ name }) => name === service)
  await ready(state, process, isRunning, interrupted)
  session.tell({ kind: 'pod', service, pod: service, ready: true })
}
