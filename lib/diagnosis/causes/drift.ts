import type { FieldDrift } from '../drift/compare.ts'
import type { Drift } from '../drift/drift.ts'
import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

const DRIFTED = {
  cause: 'drifted',
  cure: 'npm run up puts back what the model has — while the loop runs, end it and start it again: npm run dev',
} as const
/** Lines of evidence. */
const MOST = 12
const LONGEST = 60

/** What somebody changed or deleted by hand; and, as one, what was deployed from an older model or older settings. */
export function drifted({ drift, namespace }: Facts): OwnFinding[] {
  const byHand = drift.filter(
    ({ live, differences }) => !live || differences.some(({ by }) => by !== undefined),
  )
  const older = drift.filter((one) => !byHand.includes(one))
  return older.length > 1
    ? [...byHand.map(alone), together(`namespace/${namespace}`, older)]
    : [...byHand, ...older].map(alone)
}

function alone({ where, live, differences }: Drift): OwnFinding {
  if (!live)
    return {
      ...DRIFTED,
      where,
      message: `${where} is not in the cluster, though the model has it.`,
      evidence: [],
    }
  const sorted = differences.toSorted((one, other) => Number(!one.by) - Number(!other.by))
  const [first = '', ...more] = sorted.map(sentence)
  const rest = more.length > 0 ? `, and ${more.length} more` : ''
  return {
    ...DRIFTED,
    where,
    message: `${where} is not as the model has it: ${first}${rest}.`,
    details: sorted.map(detail),
    evidence: more.slice(0, MOST),
  }
}

function together(where: string, all: readonly Drift[]): OwnFinding {
  const names = all.map((one) => one.where).join(', ')
  const lines = all.flatMap((one) => one.differences.map((each) => `${one.where} ${sentence(each)}`))
  return {
    ...DRIFTED,
    where,
    message: `${all.length} objects are not as the model has them: ${names}.`,
    details: all.map((one) => one.where),
    evidence: lines.slice(0, MOST),
  }
}

function detail({ pointer, is, by }: FieldDrift): string {
  return JSON.stringify([pointer, is, by?.time])
}

/** Of what somebody added, only the name: its value may be a secret. */
function sentence({ path, wanted, is, by }: FieldDrift): string {
  const who = by ? ` (${by.manager}, ${by.time})` : ''
  if (wanted === undefined) return `${path} is there, and not in the model${who}`
  if (is === undefined) return `${path} is missing${who}`
  return `${path} is ${short(is)} instead of ${short(wanted)}${who}`
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
