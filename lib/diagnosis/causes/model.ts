import type { Facts } from '../facts.ts'
import { type Finding, where } from '../finding.ts'
import { modelRules } from '../lines/model.ts'
import { placeIn } from './place.ts'

/** Milliseconds: what the model refused longer ago may be cured by now. */
const RECENT = 120_000

/** The language model refuses or stays away: pods are well then, only the log of the one that asks tells. */
export function modelFailing(facts: Facts): Finding[] {
  const { pods, now } = facts
  return pods.flatMap(({ workload, containers }) =>
    containers.flatMap(({ name, lines }) => {
      const recent = lines.filter(({ at }) => now - at < RECENT).map(({ text }) => text)
      const at = where(workload, name)
      return modelRules.flatMap(({ cause, read }) => {
        const told = read(recent, placeIn(facts, at, true))
        return told
          ? [{ cause, where: at, message: told.message, cure: told.cure, evidence: [recent[told.at] ?? ''] }]
          : []
      })
    }),
  )
}
