import type { Finding } from './finding.ts'

/** One part of what the doctor looked at. */
export interface Check {
  readonly part: 'machine' | 'cluster' | 'deployment'
  /** What is well, a line each. */
  readonly well: readonly string[]
  readonly findings: readonly Finding[]
}
