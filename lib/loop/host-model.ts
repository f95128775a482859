import { modelAnew } from '../host/anew.ts'
import { difference } from '../host/difference.ts'
import { type HostModel, hostModel, programsOf } from '../host/model.ts'
import type { Elsewhere, HostProcess } from '../host/plan.ts'
import { requireStoresOutside } from '../host/ports.ts'
import { endNamed } from '../host/running.ts'
import { bring } from '../host/start.ts'
import { messageOf, Refusal } from '../shell/refusal.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import type { Course } from './course.ts'
import { onceASave, watchModel } from './model.ts'

export type InTurn = <Result>(action: () => Promise<Result>) => Promise<Result>

/** What this machine runs of a stack: what that and its settings say, also when they are saved anew. */
export interface HostLoop {
  /** What runs, or is to run. */
  readonly model: () => HostModel
  /** All values that nobody is to read, those of before among them; another list where there are more. */
  readonly secrets: () => readonly string[]
  /** A program as it is where it listens at another port. */
  readonly at: (service: string, port: number) => Promise<HostProcess | undefined>
  /** Brings all up, does what is to be done then, and follows what is saved of the model from the call on. */
  readonly start: (then: () => Promise<void>) => Promise<void>
  /** Has what settings ask for run now: these services are more than before. */
  readonly join: (names: readonly string[]) => Promise<void>
}

/** What such a loop has to do with; the signal ends the watch of the model. */
export interface HostCourse extends Course {
  /** Runs an action after those before. */
  readonly inTurn: InTurn
  /** Is called when other services run than before. */
  readonly follow: () => void
  /** Ends what is being started. */
  readonly interrupted: AbortSignal
}

/** @throws Refusal where settings or secrets are not as they have to be */
export function openHostLoop(
  application: Application,
  { tell, inTurn, follow, pause, interrupted, signal }: HostCourse,
): HostLoop {
  const { state, folder } = application
  let made = Date.now()
  const { settings, given } = loadSettings(application)
  let model = hostModel(state, settings, given, 'dev')
  let secrets: readonly string[] = Object.values(model.values)
  /** Less than the model where that could not be brought up. */
  let running: HostModel | undefined
  let isStackSaved = false
  let newer = new AbortController()
  const circumstances = { application, settings, profile: 'dev', tell } as const

  const read = async (elsewhere: Elsewhere = {}) => {
    if (isStackSaved) return modelAnew(folder, elsewhere)
    const asked = loadSettings(application)
    return hostModel(state, asked.settings, asked.given, 'dev', elsewhere)
  }
  const become = async (next: HostModel, until: AbortSignal) => {
    const { programs, stores } = difference(running, next)
    const rest = running && {
      ...next,
      plan: {
        ...next.plan,
        processes: running.plan.processes.filter(({ name }) => !programs.stops.includes(name)),
      },
      stores: running.stores.filter((name) => !stores.stops.includes(name)),
    }
    const [now, before] = [programsOf(next, settings), programsOf(model, settings)]
    const joined = now.filter(({ name }) => !before.some((other) => other.name === name))
    const left = before.filter(({ name }) => !now.some((other) => other.name === name))
    model = next
    if (Object.values(next.values).some((value) => !secrets.includes(value)))
      secrets = [...secrets, ...Object.values(next.values)]
    if (joined.length > 0) tell({ kind: 'joined', members: joined })
    if (left.length > 0) tell({ kind: 'left', names: left.map(({ name }) => name) })
    if (joined.length + left.length > 0) follow()
    try {
      await bring(next, running, { ...circumstances, interrupted: until })
      running = next
    } catch (error) {
      running = rest
      throw error
    }
  }
  const renew = async () => {
    const began = Date.now()
    newer = new AbortController()
    let next: HostModel
    try {
      next = await read()
      if (next.frame !== model.frame) throw OTHER_FRAME
    } catch (error) {
      tell({ kind: 'note', text: wordsOf(error) })
      return tell({ kind: 'rendered', began, made, error: wordsOf(error) })
    }
    const { programs, stores } = difference(running, next)
    const changes = [programs.stops, programs.starts, stores.stops, stores.starts]
    const isSame = changes.every(({ length }) => length === 0)
    if (!isSame) made = began
    tell({ kind: 'rendered', began, made })
    if (isSame) return
    tell({ kind: 'round', status: 'running', at: began })
    try {
      await become(next, AbortSignal.any([interrupted, newer.signal]))
      tell({ kind: 'round', status: 'succeeded', at: Date.now() })
    } catch (error) {
      tell({ kind: 'note', text: wordsOf(error) })
      tell({ kind: 'round', status: 'failed', at: Date.now(), error: wordsOf(error) })
    }
  }
  const soon = onceASave(() => inTurn(renew))
  const change = () => {
    // What is being started is not what is wanted any more.
    newer.abort(new Refusal('Something newer was saved meanwhile.', 'wait for that'))
    soon()
  }
  watchModel(
    application,
    {
      model: () => {
        isStackSaved = true
        pause.after(change)
      },
      settings: () => pause.after(change),
    },
    signal,
  )
  return {
    model: () => model,
    secrets: () => secrets,
    at: async (service, port) => {
      const { plan } = await read({ [service]: port }).catch((error: unknown) => {
        throw error instanceof Refusal ? error : new Refusal(messageOf(error), 'correct it and save it')
      })
      return plan.processes.find(({ name }) => name === service)
    },
    start: (then) =>
      inTurn(async () => {
        await requireStoresOutside(settings, given)
        await become(model, interrupted)
        await then()
        tell({ kind: 'rendered', began: made, made })
        tell({ kind: 'round', status: 'running', at: made })
        tell({ kind: 'round', status: 'succeeded', at: Date.now() })
      }),
    join: (names) =>
      inTurn(async () => {
        const before = model
        try {
          await become(await read(), interrupted)
        } catch (error) {
          await endNamed(state, names)
          await become(before, interrupted)
          throw error
        }
      }),
  }
}

const OTHER_FRAME = new Refusal(
  'The stack has other services, folders, calls or ports than this loop was started with.',
  'npm run loop -- stop, then npm run dev',
)

function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return `${error.message} → ${error.cure}`
  return messageOf(error)
}

/** Two of the same service would fight for its port. */
export function oneAfterAnother(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const run = last.then(action)
    last = run.catch(() => undefined)
    return run
  }
}
