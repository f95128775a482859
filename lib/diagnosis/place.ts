import type { Place } from '../../k8s/model/cause.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { migrator } from '../../k8s/services.ts'
import { withoutKind, workloadOf } from './finding.ts'

/** What a place has in common with all others of its stack. */
export interface Surroundings extends Pick<Place, 'cluster' | 'runs'> {
  readonly stack: Stack
  /** Of the database that the programs use; undefined where the stack has none. */
  readonly databasePort: number | undefined
  /** Added to every port of the stack. */
  readonly portOffset: number
}

/** @param where like `deployment/api (migrate)`, or `api` on the host */
export function placeIn(
  { stack, databasePort, portOffset, cluster, runs }: Surroundings,
  where: string,
): Place {
  const program = withoutKind(workloadOf(where))
  const { database } = stack
  return {
    where,
    cluster,
    runs,
    migrator: migrator(stack, program)?.name ?? program,
    database:
      database && databasePort !== undefined
        ? { service: database.service, secret: database.url, port: databasePort }
        : undefined,
    ports: new Map(
      Object.entries(stack.services).flatMap(([name, { port }]) =>
        name === database?.service ? [] : [[port + portOffset, name] as const],
      ),
    ),
    addresses: Object.values(stack.services).flatMap(({ replacedBy }) => replacedBy ?? []),
    afterSettings: cluster ? 'npm run secrets' : 'npm run up',
  }
}
