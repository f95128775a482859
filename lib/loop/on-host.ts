import { once } from 'node:events'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { canTravel, joining, ONLY } from '../../k8s/part.ts'
import { type NamedProgram, programs, stores } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { end } from '../host/end.ts'
import type { HostEvent } from '../host/event.ts'
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
import { debuggerLinks } from './debugger-links.ts'
import { compileFirstPage } from './first-page.ts'
import { servicesWithPackages } from './packages/files.ts'
import { followOnHost } from './packages/on-host.ts'
import { watchSaves } from './saves.ts'
import { handsHere } from './screen/hands.ts'
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
    let { settings, given } = loadSettings(application)
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
    const inTurn = oneAfterAnother()
    const means = {
      stack: settings.stack,
      services: () => programs(settings),
      broughtAs: (path: string) =>
        servicesWithPackages(path, programs(settings)).length > 0 ? ('packages' as const) : undefined,
      restart: (service: string) => inTurn(() => restart(state, service, plan, session, interrupted)),
      start: (service: string) => inTurn(() => startMore(service)),
      look: (program: NamedProgram, file: string) => look(program, program.port + settings.portOffset, file),
      stop: () => process.kill(process.pid, 'SIGINT'),
    }
    const follow = (services: readonly NamedProgram[], { tell, on }: Session) => {
      beside.signal.addEventListener('abort', watchSaves(CHECKOUT, services, tell))
      for (const service of services)
        if (service.nodePort !== undefined)
          on(compileFirstPage(service, `http://localhost:${service.port + settings.portOffset}`))
    }
    let following = new AbortController()
    const followPackages = ({ tell }: Session) => {
      following.abort()
      following = new AbortController()
      const signal = AbortSignal.any([beside.signal, following.signal])
      followOnHost(state, programs(settings), tell, signal)
    }
    const startMore = async (service: string) => {
      if (!plan || !session) throw stillStarting()
      const { tell } = session
      const names = joining(settings.stack, process.env[ONLY], service)
      if (names.length === 0) return names
      const [before, running] = [process.env[ONLY], new Set(namesOf(settings))]
      process.env[ONLY] = `${before},${service}`
      try {
        const asked = loadSettings(application)
        // Told once it is known that they run.
        const heard: HostEvent[] = []
        let hear = (event: HostEvent): void => void heard.push(event)
        const started = await start(
          application,
          asked.settings,
          asked.given,
          'dev',
          interrupted,
          (event) => hear(event),
          running,
        )
        ;({ settings, given } = asked)
        plan = started.plan
        secrets = Object.values(started.values)
        showPage(plan)
        const joined = programs(settings).filter(({ name }) => names.includes(name))
        tell({ kind: 'joined', members: joined })
        follow(joined, session)
        hear = tell
        heard.forEach(tell)
        followPackages(session)
      } catch (error) {
        process.env[ONLY] = before
        for (const name of names) await endNamed(state, name)
        throw error
      }
      return names
    }
    const showPage = ({ url, local }: HostPlan) => {
      if (!programs(settings).some(({ nodePort }) => nodePort !== undefined)) return
      links.page = url
      if (url !== local) links['on this machine'] = local
    }
    // Of the first start, they are made a little later.
    let secrets = Object.values({ ...readHostSecrets(state), ...given })
    session = await serveSession(programs(settings), place, means, () => secrets, state, beside.signal)
    const { tell, on } = session
    // Until all are up, the steps of the start have the terminal.
    const heard: Parameters<Hearer>[] = []
    const endHearing = on((...happening) => heard.push(happening))
    follow(programs(settings), session)
    const started = await start(application, settings, given, 'dev', interrupted, tell)
    plan = started.plan
    secrets = Object.values(started.values)
    Object.assign(links, debuggerLinks(programs(settings), settings.portOffset))
    showPage(plan)
    const walk = canTravel(settings) ? smokeHost(application, plan, started.values) : Promise.resolve()
    const passed = await walk.then(
      () => true,
      (error: unknown) => {
        report(error)
        warn('smoke: FAILED — the loop goes on')
        return false
      },
    )
    const where =
      links.page ??
      programs(settings)
        .map(({ name, port }) => `${name} on port ${port + settings.portOffset}`)
        .join(', ')
    say(`\n${colour('green', '✓')} The loop is up: ${where}  (Ctrl-C ends it)\n`)
    if (interrupted.aborted) return
    endHearing()
    screen = openScreen(session, process.stdout, handsHere(state, settings.notifications))
    for (const happening of heard) screen.hear(...happening)
    on(screen.hear)
    tell({ kind: 'smoke', passed })
    followPackages(session)
    tell({ kind: 'round', status: 'succeeded', at: Date.now() })
    await once(interrupted, 'abort')
  } finally {
    session?.tell({ kind: 'note', text: 'ending the loop' })
    // What made it end is to be told, not what came of that.
    await end(application).catch(report)
    beside.abort()
    screen?.close()
  }
}

/** @returns the SHA-256 of what the server on this port has of the file */
async function look(
  { look, directory }: NamedProgram,
  port: number,
  file: string,
): Promise<string | undefined> {
  if (!look) return undefined
  const words = [process.execPath, join(CHECKOUT, look), `${port}`, file]
  const { stdout } = await $({ quiet: true, nothrow: true, cwd: join(CHECKOUT, directory) })`${words}`
  return stdout.trim() || undefined
}

function stillStarting(): Refusal {
  return new Refusal('The loop is still starting.', 'npm run loop -- wait --healthy, then again')
}

function namesOf(settings: Settings): string[] {
  return [...programs(settings), ...stores(settings)].map(({ name }) => name)
}

/** Two of the same service would fight for its port. */
function oneAfterAnother(): <Result>(action: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const run = last.then(action)
    last = run.catch(() => undefined)
    return run
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
  if (!process || !session) throw stillStarting()
  await endNamed(state, service)
  // As a pod does, before it starts.
  await migrate(state, process, interrupted)
  interrupted.throwIfAborted()
  await launchInForeground(state, process, session.tell)
  const isRunning = async () => (await recorded(state)).some(({ name }) => name === service)
  await ready(state, process, isRunning, interrupted)
  session.tell({ kind: 'pod', service, pod: service, ready: true })
}
