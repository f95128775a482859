import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'

/** One kind of failure: what of the facts shows it, and what helps. */
export type Cause = (facts: Facts) => Finding[]
