/** Something that a person has to mend, and how. */
export interface Problem {
  readonly message: string
  readonly cure: string
}
