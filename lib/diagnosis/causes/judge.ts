import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** Looks for one kind of cause. */
export type Judge = (facts: Facts) => readonly OwnFinding[]
