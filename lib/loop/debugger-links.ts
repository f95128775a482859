import type { NamedProgram } from '../../k8s/services.ts'

/** Where an editor attaches, by what people are told of it. */
export function debuggerLinks(programs: readonly NamedProgram[], portOffset = 0): Record<string, string> {
  return Object.fromEntries(
    programs.flatMap(({ name, debugPort }) =>
      debugPort ? [[`debug ${name}`, `localhost:${debugPort + portOffset}`]] : [],
    ),
  )
}
