/** What this repository, or the documents that it was asked for by, say of it; and what would notice if it were not so. */
export interface Claim {
  readonly says: string
  /** Test files, below the checkout. */
  readonly tests: readonly string[]
  /** Why some of these tests cannot be run in every cluster. */
  readonly elsewhere?: string
}

/** Claims that are proven in one go. */
export interface Topic {
  readonly name: string
  readonly title: string
  readonly claims: readonly Claim[]
}
