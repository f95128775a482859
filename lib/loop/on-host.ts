import { once, setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { canTravel, joining, ONLY } from '../../k8s/part.ts'
import type { NamedProgram } from '../../k8s/services.ts'
import { end } from '../host/end.ts'
import { launchInForeground, migrate, ready } from '../host/launch.ts'
import { programsOf } from '../host/model.ts'
import { endNamed, recorded } from '../host/running.ts'
import { secretsFolderOf } from '../host/secret-files.ts'
import { smokeHost } from '../host/smoke.ts'
import type { HostRun } from '../host/start.ts'
import { storesToRun } from '../host/stores.ts'
import { colour, report, say, warn } from '../shell/command.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import { debuggerLinks } from './debugger-links.ts'
import type { LoopEvent } from './event.ts'
import { faults } from './fault/bring-about.ts'
import { faultOnHost, type OnHost } from './fault/on-host.ts'
import { compileFirstPage } from './first-page.ts'
import { type HostLoop, oneAfterAnother, openHostLoop } from './host-model.ts'
import { isOfModel } from './model-files.ts'
import { servicesWithPackages } from './packages/files.ts'
import { followOnHost } from './packages/on-host.ts'
import { openPause } from './pause.ts'
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
  // So many parts end with it: Node takes more than ten for a leak, and says so.
  setMaxListeners(0, beside.signal)
  const { state } = application
  let [screen, session]: [Screen | undefined, Session | undefined] = [undefined, undefined]
  let isUp = false
  try {
    const { settings } = loadSettings(application)
    await end(application)
    const inTurn = oneAfterAnother()
    const tellSession = (event: LoopEvent) => session?.tell(event)
    const pause = openPause({
      session: () => session,
      services: () => running(),
      signal: async (service, word) => {
        for (const { name, pid } of await recorded(state)) if (name === service) process.kill(pid, word)
      },
    })
    const host = openHostLoop(application, {
      tell: tellSession,
      inTurn,
      follow: () => follow(),
      pause,
      interrupted,
      signal: beside.signal,
    })
    const running = () => programsOf(host.model(), settings)
    const find = (service: string) => {
      if (!session || !isUp) throw stillStarting()
      return onHost({ application, settings, interrupted, tell: session.tell }, host, service)
    }
    const ill = faults(faultOnHost(find, inTurn, interrupted), tellSession, interrupted)
    // Known once all is up.
    const links: Record<string, string> = {}
    const place = {
      stack: settings.stack.name,
      where: 'this machine',
      sources: 'in place',
      links,
      logs: `${state}/logs`,
    } as const
    const means = {
      stack: settings.stack,
      services: running,
      broughtAs: (path: string) => {
        if (servicesWithPackages(path, running()).length > 0) return 'packages' as const
        return isOfModel(application, join(CHECKOUT, path)) ? ('model' as const) : undefined
      },
      restart: (service: string) => {
        ill.requireWell(service)
        return inTurn(() => restart(find(service)))
      },
      start: async (service: string) => {
        if (!isUp) throw stillStarting()
        const before = process.env[ONLY]
        const names = joining(settings.stack, before, service)
        if (names.length === 0) return names
        process.env[ONLY] = `${before},${service}`
        await host.join(names).catch((error: unknown) => {
          process.env[ONLY] = before
          throw error
        })
        return names
      },
      fault: ill.bringAbout,
      look: (program: NamedProgram, file: string) => look(program, program.port + settings.portOffset, file),
      pause,
      addressOf: ({ port }: NamedProgram) => `http://localhost:${port + settings.portOffset}`,
      stop: () => process.kill(process.pid, 'SIGINT'),
    }
    const loop = { members: running(), place, state, secrets: host.secrets }
    session = await serveSession(loop, means, beside.signal)
    const { tell, on } = session
    let following = new AbortController()
    const follow = () => {
      following.abort()
      following = new AbortController()
      const signal = AbortSignal.any([beside.signal, following.signal])
      signal.addEventListener('abort', watchSaves(CHECKOUT, running(), tell))
      for (const service of running())
        if (service.nodePort !== undefined) {
          const url = `http://localhost:${service.port + settings.portOffset}`
          signal.addEventListener('abort', on(compileFirstPage(service, url)))
        }
      if (!isUp) return
      followOnHost(state, running(), { tell, pause, signal })
      if (!running().some(({ nodePort }) => nodePort !== undefined)) return
      const { url, local } = host.model().plan
      links.page = url
      if (url !== local) links['on this machine'] = local
    }
    // Until all are up, the steps of the start have the terminal.
    const heard: Parameters<Hearer>[] = []
    const endHearing = on((...happening) => heard.push(happening))
    follow()
    await host.start(async () => {
      const { plan, values } = host.model()
      let passed = true
      if (canTravel(settings))
        await smokeHost(application, plan, values).catch((error: unknown) => {
          report(error)
          warn('smoke: FAILED — the loop goes on')
          passed = false
        })
      tell({ kind: 'smoke', passed })
    })
    isUp = true
    follow()
    Object.assign(links, debuggerLinks(running(), settings.portOffset))
    const where =
      links.page ??
      running()
        .map(({ name, port }) => `${name} on port ${port + settings.portOffset}`)
        .join(', ')
    say(`\n${colour('green', '✓')} The loop is up: ${where}  (Ctrl-C ends it)\n`)
    if (interrupted.aborted) return
    endHearing()
    screen = openScreen(session, process.stdout, handsHere(state, settings.notifications))
    for (const happening of heard) screen.hear(...happening)
    on(screen.hear)
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

async function restart({ stop, start, port }: OnHost): Promise<void> {
  await stop()
  await start(port)
}

/** @throws Refusal where no process of this loop is called so */
function onHost(
  { application: { state }, settings, interrupted, tell }: Required<Omit<HostRun, 'profile'>>,
  { model, at }: HostLoop,
  service: string,
): OnHost {
  const { plan, values } = model()
  const store = storesToRun(state, settings).find(({ name }) => name === service)
  if (store) {
    const { port = 0 } = settings.stack.services[service] ?? {}
    return {
      port: port + settings.portOffset,
      stop: async () => void (await store.stop()),
      start: async (there) => {
        const moved = { ...settings, portOffset: there - port }
        await store.start(moved, values, secretsFolderOf(state), interrupted)
      },
    }
  }
  const process = plan.processes.find(({ name }) => name === service)
  if (!process) throw new Refusal(`${service} is not run by this loop.`, `npm run loop -- start ${service}`)
  const isRunning = async () => (await recorded(state)).some(({ name }) => name === service)
  return {
    port: process.port,
    stop: () => endNamed(state, [service]),
    start: async (port) => {
      const there = port === process.port ? process : await at(service, port)
      if (!there) throw new Refusal(`The stack has no ${service} any more.`, 'save it again with it')
      // As a pod does, before it starts.
      await migrate(state, process, interrupted)
      interrupted.throwIfAborted()
      await launchInForeground(state, there, tell)
      await ready(state, there, isRunning, interrupted)
      tell({ kind: 'pod', service, pod: service, ready: true })
    },
  }
}
