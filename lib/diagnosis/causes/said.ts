import type { Facts } from '../facts.ts'
import { failing } from '../failing.ts'
import { type Finding, where } from '../finding.ts'
import { readLines } from '../lines/read.ts'
import { placeIn } from './place.ts'

/** What a failing container says itself. */
export function said(facts: Facts): Finding[] {
  return failing(facts).flatMap(({ pod, container, ended, said }) => {
    const at = where(pod.workload, container.name)
    const told = readLines(said, placeIn(facts, at, ended === undefined))
    if (!told) return []
    const { cause, message, cure, at: line } = told
    return [{ cause, where: at, message, cure, evidence: said.slice(Math.max(0, line - 4), line + 2) }]
  })
}
