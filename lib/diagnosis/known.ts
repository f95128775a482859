import type { Finding } from './finding.ts'

export interface FindingChange {
  readonly fresh: readonly Finding[]
  /** What was there before and is no more: the very objects. */
  readonly gone: readonly Finding[]
}

/** Looks without a finding until it is gone: between two attempts, a broken container seems well for a moment. */
const LOOKS_UNTIL_GONE = 3

/** What was told, so that it is told once. */
export class FindingHistory {
  private readonly entries = new Map<string, { finding: Finding; looksWithout: number }>()

  /** @returns what is new, compared with all looks before */
  update(findings: readonly Finding[]): FindingChange {
    const current = new Map(findings.map((finding) => [keyOf(this.fullest(finding)), finding]))
    const fresh = [...current].filter(([key]) => !this.entries.has(key)).map(([, finding]) => finding)
    for (const [key, finding] of current)
      this.entries.set(key, { finding: this.entries.get(key)?.finding ?? finding, looksWithout: 0 })
    const gone: Finding[] = []
    for (const [key, entry] of this.entries) {
      if (current.has(key)) continue
      entry.looksWithout += 1
      // Another cause at the same place is the newer truth.
      const replaced = findings.some(({ where }) => where === entry.finding.where)
      if (entry.looksWithout < LOOKS_UNTIL_GONE && !replaced) continue
      this.entries.delete(key)
      gone.push(entry.finding)
    }
    return { fresh, gone }
  }

  /** A look may see less than the one before, a status without the answer, an end without its log: that is not new. */
  private fullest(finding: Finding): Finding {
    const { cause, where, details = [], evidence } = finding
    const before = [...this.entries.values()].find(
      ({ finding: other }) =>
        other.where === where &&
        ((cause === 'crash' && evidence.length === 0) ||
          (other.cause === cause && details.every((detail, index) => other.details?.[index] === detail))),
    )
    return before?.finding ?? finding
  }

  any(): boolean {
    return this.entries.size > 0
  }
}

function keyOf({ cause, where, details = [] }: Finding): string {
  return JSON.stringify([cause, where, ...details])
}
