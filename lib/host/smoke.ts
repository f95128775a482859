import type { SecretValues } from '../../k8s/settings.ts'
import { Refusal } from '../shell/refusal.ts'
import { sayStep } from '../smoke/say-step.ts'
import { walk } from '../smoke/walk.ts'
import type { Application } from '../stack/application.ts'
import type { HostPlan } from './plan.ts'

/** The smoke test of the cluster, against this machine's processes. @throws Refusal naming the step that failed */
export async function smokeHost(
  { travel, state }: Application,
  { processes }: HostPlan,
  secrets: SecretValues,
): Promise<void> {
  const urls = Object.fromEntries(processes.map(({ name, port }) => [name, `http://127.0.0.1:${port}`]))
  await walk(await travel(), { urls, secrets }, sayStep).catch((error: Error) => {
    throw new Refusal(`The smoke test failed at: ${error.message}`, `look at the logs in ${state}/logs`)
  })
}
