import type { Facts } from '../facts.ts'
import { failing } from '../failing.ts'
import { type Finding, where } from '../finding.ts'
import { readLines } from '../lines/read.ts'

/** What a failing container says itself. */
export function said(facts: Facts): Finding[] {
  const cluster = { namespace: facts.namespace, services: facts.services }
  return failing(facts).flatMap(({ pod, container, ended, said }) => {
    const at = where(pod.workload, container.name)
    const told = readLines(said, { where: at, alive: ended === undefined, cluster })
    if (!told) return []
    const { cause, message, cure, at: line } = told
    return [{ cause, where: at, message, cure, evidence: said.slice(Math.max(0, line - 4), line + 2) }]
  })
}
