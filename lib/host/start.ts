import type { Profile, SecretValues, Settings } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
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
  settings: Settings,
  given: SecretValues,
  profile: Profile,
  interrupted: AbortSignal,
  tell: (event: HostEvent) => void = () => undefined,
): Promise<Started> {
  const values = bootstrapHostSecrets(settings, given)
  const plan = hostPlan(settings, profile, {
    checkout: CHECKOUT,
    secretsFolder: writeSecretFiles(settings, values),
    python: venvPython(),
    node: process.execPath,
    tsx: import.meta.resolve('tsx'),
  })
  await requireFreePorts(plan.ports)
  if (given.DATABASE_URL) await requireDatabase(given.DATABASE_URL)

  await step('Python packages', () => installPython(RELOADING, interrupted))
  await step('frontend packages', () => installFrontend(interrupted))
  await step('frontend build', () => buildFrontend(profile, interrupted))
  interrupted.throwIfAborted()
  const { databasePort } = plan
  if (databasePort)
    await step('PostgreSQL', () =>
      startPostgres(databasePort, values.POSTGRES_PASSWORD ?? '', settings.initScripts),
    )
  interrupted.throwIfAborted()
  await step('migrations', () => Promise.all(plan.processes.map((service) => migrate(service, interrupted))))
  await step('services', async () => {
    for (const service of plan.processes) {
      interrupted.throwIfAborted()
      await (profile === 'dev' ? launchInForeground(service, tell) : launchInBackground(service))
    }
    await Promise.all(
      plan.processes.map(async (service) => {
        await ready(service, () => isRecorded(service.name), interrupted)
        tell({ kind: 'pod', service: service.name, pod: service.name, ready: true })
      }),
    )
  })
  return { plan, values }
}

async function isRecorded(name: string): Promise<boolean> {
  return (await recorded()).some((running) => running.name === name)
}
