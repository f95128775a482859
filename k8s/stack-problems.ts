import type { Problem } from './model/problem.ts'
import type { Program } from './model/program.ts'
import type { Stack } from './model/stack.ts'
import { serviceProblems } from './service-problems.ts'

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/

/** @returns what a stack says of parts that it does not have, or as no cluster can have it; tsx asks no compiler */
export function stackProblems(stack: Stack): Problem[] {
  const { services, secrets, configuration, journey, database } = stack
  const all = Object.entries(services)
  const programs = all.flatMap(([name, service]) =>
    service.kind === 'program' ? [{ name, ...service }] : [],
  )
  const known = {
    service: new Set(Object.keys(services)),
    program: new Set(programs.map(({ name }) => name)),
    'migrating program': new Set(programs.filter(migrates).map(({ name }) => name)),
    store: new Set(all.filter(([, { kind }]) => kind === 'store').map(([name]) => name)),
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
    ...serviceProblems(stack),
    ...pageProblems(stack.name, programs),
    ...all.flatMap(([name, { secrets }]) => unknown(name, 'secret', secrets)),
    ...programs.flatMap(({ name, calls, migratedBy, config }) => [
      ...unknown(name, 'service', calls),
      ...unknown(name, 'migrating program', [migratedBy]),
      ...unknown(name, 'variable', config),
    ]),
    ...Object.entries(secrets).flatMap(([name, rule]) =>
      rule.source === 'derived' ? unknown(name, 'service', [rule.from]) : [],
    ),
    ...unknown('the journey', 'service', journey.calls),
    ...unknown('the journey', 'program', [journey.image]),
    ...unknown('the journey', 'secret', journey.secrets),
    ...unknown('the database', 'store', [database?.service]),
    ...unknown('the database', 'secret', [database?.url, database?.password]),
  ]
}

function migrates({ command }: Program): boolean {
  return command.migrate !== undefined
}

function pageProblems(stack: string, programs: readonly Program[]): Problem[] {
  if (programs.some(({ nodePort }) => nodePort !== undefined)) return []
  return [
    {
      message: `No program of the stack ${stack} has a nodePort, so no browser reaches it.`,
      cure: 'give the one with the page a nodePort in stack.ts',
    },
  ]
}
