import type { NamedProgram } from '../../k8s/services.ts'
import { Refusal } from '../shell/refusal.ts'
import type { LoopEvent } from './event.ts'
import type { Session } from './session/session.ts'

type Word = 'SIGUSR1' | 'SIGUSR2'

/** Whether a loop follows what is saved: a rebase is many saves, of which the last is meant. */
export interface Pause {
  readonly isOn: () => boolean
  /** Runs an action at once or, in a pause, when that ends, once however often it was asked for. */
  readonly after: (action: () => void) => void
  /** @returns the services that follow nevertheless, because their servers cannot be told */
  readonly begin: () => Promise<readonly string[]>
  readonly end: () => Promise<void>
}

/** The loop that is to pause. */
interface Pausing {
  readonly session: () => Session | undefined
  /** Those that run. */
  readonly services: () => readonly NamedProgram[]
  /** Sends a signal to the reloader of a service. */
  readonly signal: (service: string, word: Word) => Promise<void>
  /** Has what else is beside the loop follow, or not. */
  readonly follow?: (isFollowing: boolean) => Promise<void>
  /** Whether what is saved comes to programs by that alone: then all of them wait. */
  readonly isCopied?: boolean
}

export function openPause({ session, services, signal, follow, isCopied = false }: Pausing): Pause {
  const waiting = new Set<() => void>()
  let isOn = false
  let endHearing = (): void => undefined
  const patient = (name: string) =>
    services().some((service) => service.name === name && service.command.devPauses)
  /** Of others, a new one is told when it comes. */
  const tellAll = (all: Session, word: Word) =>
    Promise.all(
      all
        .state()
        .services.filter(({ name, pods }) => patient(name) && [...pods.values()].includes(true))
        .map(({ name }) => signal(name, word)),
    )
  const hear = (event: LoopEvent) => {
    // One that ends meanwhile is told of too.
    if (event.kind === 'pod' && event.ready && patient(event.service))
      void signal(event.service, 'SIGUSR1').catch(() => undefined)
  }
  const end = async (all: Session) => {
    isOn = false
    endHearing()
    await tellAll(all, 'SIGUSR2')
    await follow?.(true)
    for (const action of waiting) action()
    waiting.clear()
    all.tell({ kind: 'pause', services: undefined, at: Date.now() })
  }
  return {
    isOn: () => isOn,
    after: (action) => {
      if (isOn) waiting.add(action)
      else action()
    },
    begin: async () => {
      const all = session()
      if (!all) throw new Refusal('The loop is still starting.', 'npm run loop -- wait --healthy, then again')
      if (!isOn) endHearing = all.on(hear)
      isOn = true
      try {
        await follow?.(false)
        await tellAll(all, 'SIGUSR1')
      } catch (error) {
        await end(all)
        throw error
      }
      const names = services().map(({ name }) => name)
      const waits = (name: string) => isCopied || patient(name)
      all.tell({ kind: 'pause', services: names.filter(waits), at: Date.now() })
      return names.filter((name) => !waits(name))
    },
    end: async () => {
      const all = session()
      if (all && isOn) await end(all)
    },
  }
}
