import type { Problem } from '../../k8s/model/problem.ts'
import { toTypeHere } from '../shell/type-here.ts'
import type { CauseId } from './cause-ids.ts'

/** One root cause: its id is for programs, the words are for people, who find them in docs/runbooks/what-the-doctor-finds.md. */
export interface Finding extends Problem {
  /** Of this room's causes, or of the stack's. */
  readonly cause: string
  /** Like `deployment/api`, `deployment/api (migrate)`, `node/minikube`: the same for every replica. */
  readonly where: string
  /** What tells it from others of its cause at its place, the most general first; none where there is one alone. */
  readonly details?: readonly string[]
  /** The service whose own failure explains it, like `store`, or a container of its, like `api (migrate)`. */
  readonly blames?: string
  /** Log lines, texts of events: nothing secret. */
  readonly evidence: readonly string[]
}

/** A finding of one of this room's own causes. */
export type OwnFinding = Finding & { readonly cause: CauseId }

/** What a cause's own words are, before it is known where. */
export type Explanation = Omit<OwnFinding, 'where' | 'evidence'>

/** A finding in the words of the stack that this process is about. */
export function toRead(finding: Finding): Finding {
  return { ...finding, message: toTypeHere(finding.message), cure: toTypeHere(finding.cure) }
}

/** A container is named where its name is not its workload's. */
export function where(workload: string, container: string): string {
  return workload.endsWith(`/${container}`) ? workload : `${workload} (${container})`
}

/** The workload of a place, where a container of it may be named. */
export function workloadOf(where: string): string {
  return where.replace(/ \(.*\)$/, '')
}

/** Like `api (migrate)` of `deployment/api (migrate)`: a workload has the name of its service. */
export function withoutKind(where: string): string {
  return where.replace(/^[^/ ]*\//, '')
}

/** Whether this is the place that a finding blames, which has all the containers of a service where it blames that. */
export function isBlamed(blames: string | undefined, where: string): boolean {
  return [where, workloadOf(where)].map(withoutKind).some((name) => name === blames)
}
