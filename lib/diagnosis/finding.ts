import type { CauseName } from './cause-names.ts'

/** One root cause, in words that the runbook docs/runbooks/what-the-doctor-finds.md has too. */
export interface Finding {
  readonly cause: CauseName
  /** Like `deployment/backend`, `deployment/backend (migrate)`, `node/minikube`: the same for every replica. */
  readonly where: string
  /** One sentence; the same as long as the cause is the same. */
  readonly message: string
  /** One command or edit. */
  readonly cure: string
  /** Log lines, texts of events: nothing secret. */
  readonly evidence: readonly string[]
}

/** What a cause's own words are, before it is known where. */
export type Told = Pick<Finding, 'cause' | 'message' | 'cure'>

/** A container is named where its name is not its workload's. */
export function where(workload: string, container: string): string {
  return workload.endsWith(`/${container}`) ? workload : `${workload} (${container})`
}
