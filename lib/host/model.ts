import { type NamedProgram, programs, stores } from '../../k8s/services.ts'
import type { Profile, SecretValues, Settings } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { type Elsewhere, type HostPlan, hostPlan } from './plan.ts'
import { toolchains } from './runtimes.ts'
import { type SecretFiles, secretsFolderOf, secretsOf } from './secret-files.ts'
import { bootstrapHostSecrets } from './secrets.ts'

/** What a stack and its settings ask of this machine: data, so that a thread that has loaded them can tell it. */
export interface HostModel {
  readonly plan: HostPlan
  readonly stores: readonly string[]
  readonly values: SecretValues
  readonly secrets: SecretFiles
  /** What a loop is built around, as one text: which services there are, in which folders, of which toolchain, on which ports. */
  readonly frame: string
}

/**
 * @param state the folder of what outlives a command
 * @throws Refusal on a missing secret that cannot be generated
 */
export function hostModel(
  state: string,
  settings: Settings,
  given: SecretValues,
  profile: Profile,
  elsewhere: Elsewhere = {},
): HostModel {
  const values = bootstrapHostSecrets(state, settings, given)
  const { command } = toolchains(programs(settings), { state, reloads: profile === 'dev' })
  const secretsFolder = secretsFolderOf(state)
  return {
    plan: hostPlan(settings, profile, { checkout: CHECKOUT, secretsFolder, command, elsewhere }),
    stores: stores(settings).map(({ name }) => name),
    values,
    secrets: secretsOf(settings, values),
    frame: frameOf(settings),
  }
}

/** The programs that a model has, whatever stands in for some of them by these settings, or is left out. */
export function programsOf({ plan }: HostModel, settings: Settings): readonly NamedProgram[] {
  const names = plan.processes.map(({ name }) => name)
  return programs({ ...settings, replaced: [], leftOut: [] }).filter(({ name }) => names.includes(name))
}

function frameOf({ stack, portOffset }: Settings): string {
  const services = Object.entries(stack.services).map(([name, service]) =>
    service.kind === 'store'
      ? [name, service.port]
      : [name, service.port, service.runtime, service.directory, service.sources, service.calls],
  )
  return JSON.stringify([portOffset, services])
}
