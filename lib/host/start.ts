import { relative } from 'node:path'
import { programs } from '../../k8s/services.ts'
import type { Profile, SecretValues, Settings } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { settingsFile } from '../stack/application.ts'
import type { HostEvent } from './event.ts'
import { launchInBackground, launchInForeground, migrate, ready, writeSecretFiles } from './launch.ts'
import { type HostPlan, hostPlan } from './plan.ts'
import { requireFreePorts, requireStoresOutside } from './ports.ts'
import { recorded } from './running.ts'
import { toolchains } from './runtimes.ts'
import { bootstrapHostSecrets } from './secrets.ts'
import { sideBySide, step } from './step.ts'
import { storesToRun } from './stores.ts'

export interface Started {
  readonly plan: HostPlan
  readonly values: SecretValues
}

/**
 * Brings the whole stack up as processes of this machine: packages, builds and stores side by side, then migrations,
 * services, readiness. `run` leaves them in the background; `dev` tells what they write and reloads them on a save.
 *
 * @param running services that are up already, and stay as they are
 * @param interrupted stops before the next thing is started
 * @throws Refusal naming what stood in the way; what was started until then goes on, for `end` to take down
 */
export async function start(
  application: Pick<Application, 'state' | 'folder' | 'isMain'>,
  settings: Settings,
  given: SecretValues,
  profile: Profile,
  interrupted: AbortSignal,
  tell: (event: HostEvent) => void = () => undefined,
  running: ReadonlySet<string> = new Set(),
): Promise<Started> {
  const { state } = application
  const values = bootstrapHostSecrets(state, settings, given)
  const secretsFolder = writeSecretFiles(state, settings, values)
  const { preparations, command } = toolchains(programs(settings), { state, reloads: profile === 'dev' })
  const plan = hostPlan(settings, profile, { checkout: CHECKOUT, secretsFolder, command })
  const isNew = ({ name }: { readonly name: string }) => !running.has(name)
  const ports = new Map([...plan.ports].filter(([, name]) => isNew({ name })))
  await requireFreePorts(ports, relative(CHECKOUT, settingsFile(application)))
  await requireStoresOutside(settings, given)

  const stores = storesToRun(state, settings)
    .filter(isNew)
    .map((store) => [
      {
        name: store.name,
        run: (signal: AbortSignal) => store.start(settings, values, secretsFolder, signal),
      },
    ])
  await sideBySide([...preparations, ...stores], interrupted)
  const launched = plan.processes.filter(isNew)
  const migrating = launched.filter(({ migrate }) => migrate)
  if (migrating.length > 0)
    await step('migrations', () =>
      Promise.all(migrating.map((service) => migrate(state, service, interrupted))),
    )
  await step('services', async () => {
    for (const service of launched) {
      interrupted.throwIfAborted()
      await (profile === 'dev'
        ? launchInForeground(state, service, tell)
        : launchInBackground(state, service))
    }
    await Promise.all(
      launched.map(async (service) => {
        await ready(state, service, () => isRecorded(state, service.name), interrupted)
        tell({ kind: 'pod', service: service.name, pod: service.name, ready: true })
      }),
    )
  })
  return { plan, values }
}

async function isRecorded(state: string, name: string): Promise<boolean> {
  return (await recorded(state)).some((running) => running.name === name)
}
