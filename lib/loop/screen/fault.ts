import { phase } from '../phase.ts'
import type { State } from '../state.ts'

/** What is wrong, in a line: the first that is; undefined while nothing is known to be. */
export function faultOf(state: State): string | undefined {
  for (const service of state.services) {
    const { name, why } = phase(service, state)
    if (name === 'failing') return `${service.name}: ${why ?? 'failing'}`
  }
  const [finding] = state.findings
  if (finding) return `${finding.where}: ${finding.message}`
  return state.smokeFailed ? 'the smoke test failed' : undefined
}
