/** One user's way through the whole stack, which proves that a deployment works. */
export interface Journey<Secret extends string = string, Name extends string = string> {
  readonly calls: readonly Name[]
  readonly secrets: readonly Secret[]
  /** Whose image has what the test needs to run. */
  readonly image: Name
}

/** What a journey is told: where each running program of the stack answers, as the others know it, and its secrets. */
export interface Way {
  readonly urls: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

export interface Step {
  readonly step: string
  readonly milliseconds: number
}

/** Walks one user through the stack. Throws an Error that names the step that failed, what was asked and what came back. */
export type Travel = (way: Way, report: (step: Step) => void) => Promise<void>
