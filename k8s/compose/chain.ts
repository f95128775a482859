import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { type ConfigMaps, composeContainer } from './container.ts'
import { healthcheck } from './healthcheck.ts'

/** Services by name, and what each has to have come to. */
export type After = Readonly<Record<string, { condition: Condition }>>
type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully'

/** A pod, and what of its surroundings a Compose file has to tell. */
export interface ComposePod {
  readonly pod: IPodSpec
  /** How its last container asks an address of its own; a store has a command that says whether it is ready. */
  readonly ask?: ((url: string) => readonly string[]) | undefined
  /** The volume that is its claim. */
  readonly data: string
  readonly networks: readonly string[]
  /** Before its first container. */
  readonly after: After
  /** What the last container has besides, the one that the others come before. */
  readonly last: object
}

/** The services of one pod, by name: each of its containers starts after the one before has ended well. */
export function chain(
  name: string,
  { pod, ask, data, networks, after, last }: ComposePod,
  configMaps: ConfigMaps,
): Record<string, object> {
  const services: Record<string, object> = {}
  let before = after
  for (const container of pod.initContainers ?? []) {
    const title = `${name}-${container.name}`
    services[title] = { ...composeContainer(pod, container, configMaps, data), networks, depends_on: before }
    before = { [title]: { condition: 'service_completed_successfully' } }
  }
  for (const container of pod.containers)
    services[name] = {
      ...composeContainer(pod, container, configMaps, data),
      ...healthcheck(container, ask),
      networks,
      depends_on: before,
      ...last,
    }
  return services
}
