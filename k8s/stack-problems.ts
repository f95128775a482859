import type { Problem } from './model/problem.ts'
import type { Service, Stack } from './model/stack.ts'

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/

/** @returns what a stack says of parts that it does not have, or as no cluster can have it; tsx asks no compiler */
export function stackProblems(stack: Stack): Problem[] {
  const { services, secrets, configuration, journey, database } = stack
  const known = {
    service: new Set(Object.keys(services)),
    secret: new Set(Object.keys(secrets)),
    variable: new Set(Object.keys(configuration)),
  }
  const unknown = (who: string, kind: keyof typeof known, names: readonly (string | undefined)[] = []) =>
    names.flatMap((name) =>
      name === undefined || known[kind].has(name)
        ? []
        : [
            {
              message: `The stack ${stack.name} has no ${kind} ${name}, which ${who} names.`,
              cure: `correct it, or add one: ${[...known[kind]].join(', ') || 'there is none'}`,
            },
          ],
    )
  const misnamed = [stack.name, ...known.service].flatMap((name) =>
    LABEL.test(name)
      ? []
      : [
          {
            message: `Nothing in a cluster can be called ${name}.`,
            cure: 'rename it: up to 63 small letters, digits and hyphens, a letter first',
          },
        ],
  )
  return [
    ...misnamed,
    ...Object.entries(services).flatMap(([name, service]) => [
      ...unknown(name, 'service', [...(service.calls ?? []), migratorOf(service)]),
      ...unknown(name, 'secret', service.secrets),
      ...unknown(name, 'variable', service.config),
    ]),
    ...Object.entries(secrets).flatMap(([name, rule]) =>
      rule.source === 'derived' ? unknown(name, 'service', [rule.from]) : [],
    ),
    ...unknown('the journey', 'service', [...journey.calls, journey.image]),
    ...unknown('the journey', 'secret', journey.secrets),
    ...unknown('the database', 'service', [database?.service]),
    ...unknown('the database', 'secret', [database?.url, database?.password]),
  ]
}

function migratorOf(service: Service): string | undefined {
  return service.kind === 'program' ? service.migratedBy : undefined
}
