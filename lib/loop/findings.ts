import type { Api } from '../cluster/api.ts'
import type { Finding } from '../diagnosis/finding.ts'
import type { FindingChange } from '../diagnosis/known.ts'
import { driftFromRendered } from '../diagnosis/observe-drift.ts'
import { type Watched, watchCauses } from '../diagnosis/watch.ts'
import type { Application } from '../stack/application.ts'
import type { Course } from './course.ts'
import type { LoopEvent } from './event.ts'
import type { Faults } from './fault/bring-about.ts'
import { readRendered } from './rendered.ts'

/**
 * Tells all that is wrong in the cluster, each time that it is something else, until the signal.
 *
 * @returns what has to hear of every event of the loop
 */
export function followFindings(
  api: Api,
  { rendered, ...watched }: Watched & Pick<Application, 'rendered'>,
  { isAny: isFaulty }: Pick<Faults, 'isAny'>,
  { tell, signal }: Pick<Course, 'tell' | 'signal'>,
): (event: LoopEvent) => void {
  // Between a change of the model and the end of its deployment, the cluster is rightly behind, and in a fault, too.
  let settled = false
  const read = readRendered(rendered)
  const drift = driftFromRendered(() => (settled && !isFaulty() ? read() : undefined))
  let findings: readonly Finding[] = []
  const update = ({ fresh, gone }: FindingChange) => {
    findings = [...findings.filter((finding) => !gone.includes(finding)), ...fresh]
    tell({ kind: 'findings', findings })
  }
  void watchCauses(api, { ...watched, drift }, update, signal).catch((error: Error) =>
    tell({ kind: 'note', text: `causes are not watched any more: ${error.message}` }),
  )
  return (event) => {
    if (event.kind === 'round') settled = event.status === 'succeeded'
  }
}
