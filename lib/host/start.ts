import { relative } from 'node:path'
import type { Profile, SecretValues, Settings } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { type Application, settingsFile } from '../stack/application.ts'
import { difference } from './difference.ts'
import type { HostEvent } from './event.ts'
import { requireFolders } from './folders.ts'
import { launchInBackground, launchInForeground, migrate, ready } from './launch.ts'
import { type HostModel, hostModel, programsOf } from './model.ts'
import { requireFreePorts, requireStoresOutside } from './ports.ts'
import { endNamed, recorded } from './running.ts'
import { toolchains } from './runtimes.ts'
import { secretsFolderOf, writeSecretFiles } from './secret-files.ts'
import { sideBySide, step } from './step.ts'
import { hostStores } from './stores.ts'

/** How, and for whom, something is started. */
export interface HostRun {
  readonly application: Pick<Application, 'state' | 'folder' | 'isMain'>
  readonly settings: Settings
  readonly profile: Profile
  /** Stops before the next thing is started. */
  readonly interrupted: AbortSignal
  readonly tell?: (event: HostEvent) => void
}

/**
 * Brings the whole stack up as processes of this machine: packages, builds and stores side by side, then migrations,
 * services, readiness. `run` leaves them in the background; `dev` tells what they write and reloads them on a save.
 *
 * @throws Refusal naming what stood in the way; what was started until then goes on, for `end` to take down
 */
export async function start(run: HostRun, given: SecretValues): Promise<HostModel> {
  const { application, settings, profile } = run
  const model = hostModel(application.state, settings, given, profile)
  await requireStoresOutside(settings, given)
  await bring(model, undefined, run)
  return model
}

/**
 * Has this machine run what a model asks for, in the place of what it runs: what differs ends and starts anew, and nothing else.
 *
 * @param before undefined where nothing runs
 * @throws Refusal as `start` does
 */
export async function bring(
  model: HostModel,
  before: HostModel | undefined,
  { application, settings, profile, interrupted, tell = () => undefined }: HostRun,
): Promise<void> {
  const { state } = application
  const { plan, values, secrets } = model
  const of = difference(before, model)
  const { starts } = of.programs
  const programs = programsOf(model, settings)
  requireFolders(programs.filter(({ name }) => starts.some((process) => process.name === name)))
  // Those too of an attempt that failed half-way.
  await endNamed(state, [...of.programs.stops, ...starts.map(({ name }) => name)])
  const all = hostStores(state, settings.stack)
  const named = (names: readonly string[]) => all.filter(({ name }) => names.includes(name))
  await Promise.all(named(of.stores.stops).map(({ stop }) => stop()))
  const ports = [...plan.ports].filter(([port]) => !before?.plan.ports.has(port))
  await requireFreePorts(new Map(ports), relative(CHECKOUT, settingsFile(application)))

  writeSecretFiles(state, secrets)
  const joins = starts.some(({ name }) => !before?.plan.processes.some((process) => process.name === name))
  const { preparations } = toolchains(programs, { state, reloads: profile === 'dev' })
  const rows = named(of.stores.starts).map((store) => [
    {
      name: store.name,
      run: (signal: AbortSignal) => store.start(settings, values, secretsFolderOf(state), signal),
    },
  ])
  if (joins || rows.length > 0) await sideBySide([...(joins ? preparations : []), ...rows], interrupted)
  const migrating = starts.filter(({ migrate }) => migrate)
  if (migrating.length > 0)
    await step('migrations', () =>
      Promise.all(migrating.map((service) => migrate(state, service, interrupted))),
    )
  if (starts.length === 0) return
  await step('services', async () => {
    for (const service of starts) {
      interrupted.throwIfAborted()
      await (profile === 'dev'
        ? launchInForeground(state, service, tell)
        : launchInBackground(state, service))
    }
    await Promise.all(
      starts.map(async (service) => {
        await ready(state, service, () => isRecorded(state, service.name), interrupted)
        tell({ kind: 'pod', service: service.name, pod: service.name, ready: true })
      }),
    )
  })
}

async function isRecorded(state: string, name: string): Promise<boolean> {
  return (await recorded(state)).some((running) => running.name === name)
}
