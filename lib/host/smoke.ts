import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { Refusal } from '../shell/refusal.ts'
import { stateFolder } from '../shell/state-folder.ts'
import { travel } from '../smoke/journey.ts'
import { sayStep } from '../smoke/say-step.ts'
import { type HostPlan, hostDatabaseUrl } from './plan.ts'

/** The smoke test of the cluster, against this machine's processes. @throws Refusal naming the step that failed */
export async function smokeHost(
  { processes }: HostPlan,
  settings: Settings,
  values: SecretValues,
): Promise<void> {
  const urls = Object.fromEntries(processes.map(({ name, port }) => [name, `http://127.0.0.1:${port}`]))
  const { frontend = '', backend = '', mcp = '' } = urls
  const journey = {
    frontend,
    backend,
    mcp,
    databaseUrl: hostDatabaseUrl(settings, values),
    password: values.SMOKE_PASSWORD ?? '',
    assistantIsStandIn: settings.assistant.kind === 'stand-in',
  }
  await travel(journey, sayStep).catch((error: Error) => {
    throw new Refusal(
      `The smoke test failed at: ${error.message}`,
      `look at the logs in ${stateFolder()}/logs`,
    )
  })
}
