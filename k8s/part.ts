import type { Stack } from './model/stack.ts'

/** The variable that tells commands and hooks of a loop which services it was asked for, by comma; all where it is not set. */
export const ONLY = 'LOOP_ONLY'

/** Services with all that they call, and all that those call; with what makes their tables, too. Calls may go in circles. */
export function withCalled({ services }: Stack, names: readonly string[]): ReadonlySet<string> {
  const part = new Set<string>()
  const add = (name: string) => {
    const service = services[name]
    if (!service || part.has(name)) return
    part.add(name)
    if (service.kind === 'store') return
    for (const other of service.calls ?? []) add(other)
    if (service.migratedBy) add(service.migratedBy)
  }
  names.forEach(add)
  return part
}

/** @param only names by comma; undefined: all @returns the services that a loop does without */
export function leftOutBy(stack: Stack, only: string | undefined): readonly string[] {
  if (only === undefined) return []
  const there = withCalled(stack, only.split(','))
  return Object.keys(stack.services).filter((name) => !there.has(name))
}

/**
 * Asks for one service more.
 *
 * @param only those that were asked for, by comma; undefined: all
 * @returns the services that are there by that alone
 */
export function joining(stack: Stack, only: string | undefined, service: string): readonly string[] {
  const before = leftOutBy(stack, only)
  const there = withCalled(stack, [service])
  return before.filter((name) => there.has(name))
}

/** Whether the smoke test can walk: all that it calls is there. */
export function canTravel({
  stack,
  leftOut,
}: {
  readonly stack: Stack
  readonly leftOut: readonly string[]
}): boolean {
  return ![...stack.journey.calls, stack.journey.image].some((name) => leftOut.includes(name))
}
