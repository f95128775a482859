import { databaseOf } from '../../k8s/services.ts'
import type { Profile, SecretValues, Settings } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import type { HostEvent } from './event.ts'
import { buildFrontend, installFrontend } from './frontend.ts'
import { launchInBackground, launchInForeground, migrate, ready, writeSecretFiles } from './launch.ts'
import { type HostPlan, hostPlan } from './plan.ts'
import { requireDatabase, requireFreePorts } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { installPython, venvPython } from './python.ts'
import { RELOADING } from './python-lock.ts'
import { recorded } from './running.ts'
import { bootstrapHostSecrets } from './secrets.ts'
import { step } from './step.ts'

export interface Started {
  readonly plan: HostPlan
  readonly values: SecretValues
}

/**
 * Brings the whole stack up as processes of this machine: packages, build, database, migrations, services, readiness.
 * `run` leaves them in the background; `dev` tells what they write and reloads them on a save.
 *
 * @param interrupted stops before the next thing is started
 * @throws Refusal naming what stood in the way; what was started until then goes on, for `end` to take down
 */
export async function start(
  { state }: Pick<Application, 'state'>,
  settings: Settings,
  given: SecretValues,
  profile: Profile,
  interrupted: AbortSignal,
  tell: (event: HostEvent) => void = () => undefined,
): Promise<Started> {
  const values = bootstrapHostSecrets(state, settings, given)
  const plan = hostPlan(settings, profile, {
    checkout: CHECKOUT,
    secretsFolder: writeSecretFiles(state, settings, values),
    python: venvPython(state),
    node: process.execPath,
    tsx: import.meta.resolve('tsx'),
  })
  await requireFreePorts(plan.ports)
  if (given.DATABASE_URL) await requireDatabase(given.DATABASE_URL)

  await step('Python packages', () => installPython(state, RELOADING, interrupted))
  await step('frontend packages', () => installFrontend(interrupted))
  await step('frontend build', () => buildFrontend(profile, interrupted))
  interrupted.throwIfAborted()
  const { databasePort } = plan
  const { user, name, password } = databaseOf(settings.stack)
  if (databasePort)
    await step('PostgreSQL', () =>
      startPostgres(state, {
        port: databasePort,
        user,
        name,
        password: values[password] ?? '',
        initScripts: settings.initScripts,
      }),
    )
  interrupted.throwIfAborted()
  await step('migrations', () =>
    Promise.all(plan.processes.map((service) => migrate(state, service, interrupted))),
  )
  await step('services', async () => {
    for (const service of plan.processes) {
      interrupted.throwIfAborted()
      await (profile === 'dev'
        ? launchInForeground(state, service, tell)
        : launchInBackground(state, service))
    }
    await Promise.all(
      plan.processes.map(async (service) => {
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
