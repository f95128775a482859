import type { Difference } from '../../hooks/drift/compare.ts'
import type { Drift } from '../../hooks/drift/drift.ts'
import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'

const CURE =
  'npm run up puts back what the model has — while the loop runs, end it and start it again: npm run dev'
const LONGEST = 60

/** What somebody changed or deleted by hand; and, as one, what was deployed from an older model or older settings. */
export function drifted({ drift, namespace }: Facts): Finding[] {
  const byHand = drift.filter(
    ({ live, differences }) => !live || differences.some(({ by }) => by !== undefined),
  )
  const older = drift.filter((one) => !byHand.includes(one))
  return [
    ...byHand.map((one) => ({ ...finding(one.where, one), message: messageOf(one) })),
    ...(older.length === 1 ? older : []).map((one) => ({
      ...finding(one.where, one),
      message: messageOf(one),
    })),
    ...(older.length > 1
      ? [
          {
            ...finding(`namespace/${namespace}`, ...older),
            message: `${older.length} objects are not as the model has them: ${older.map(({ where }) => where).join(', ')}.`,
          },
        ]
      : []),
  ]
}

function finding(where: string, ...all: readonly Drift[]): Omit<Finding, 'message'> {
  const lines = all.flatMap(({ where: of, differences }) =>
    differences.map((one) => `${all.length > 1 ? `${of} ` : ''}${sentence(one)}`),
  )
  return { cause: 'drifted', where, cure: CURE, evidence: lines.slice(0, 12) }
}

function messageOf({ where, live, differences }: Drift): string {
  if (!live) return `${where} is not in the cluster, though the model has it.`
  const [first, ...more] = differences.toSorted((one, other) => Number(!one.by) - Number(!other.by))
  const rest = more.length > 0 ? `, and ${more.length} more` : ''
  return `${where} is not as the model has it: ${first ? sentence(first) : ''}${rest}.`
}

/** Of what somebody added, only the name: its value may be a secret. */
function sentence({ path, wanted, is, by }: Difference): string {
  const who = by ? ` (${by.manager}, ${by.time})` : ''
  if (wanted === undefined) return `${path} is there, and not in the model${who}`
  if (is === undefined) return `${path} is missing${who}`
  return `${path} is ${short(is)} instead of ${short(wanted)}${who}`
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
