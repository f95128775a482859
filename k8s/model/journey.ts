/** One user's way through the whole stack, which proves that a deployment works. */
export interface Journey<Secret extends string = string, Name extends string = string> {
  readonly calls: readonly Name[]
  readonly secrets: readonly Secret[]
  /** Whose image has what the test needs to run. */
  readonly image: Name
}

/**
 * Walks one user through the stack: a file of its own that imports nothing but types, what Node has, and packages of the image
 * that it runs in. An Error that it throws outside its steps is to name what was asked and what came back.
 */
export type Travel = (way: Way, kit: Kit) => Promise<void>

/** Where each running program of the stack answers, as the others know it, and the secrets of the journey. */
export interface Way {
  readonly urls: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/** What a journey is made with; lib/smoke/walk.ts gives it. */
export interface Kit {
  /**
   * Waits until connections can be opened: a network plugin that enforces policies refuses a new pod until it has learnt of it.
   *
   * @param urls whose host and port are meant
   * @throws Error that names the one that could not be reached in time, and no user or password of its URL
   */
  readonly reach: (...urls: readonly string[]) => Promise<void>
  /** Does one step, and reports it. @throws what the action throws, with the step before it */
  readonly step: <Result>(name: string, action: () => Promise<Result>) => Promise<Result>
  /** Asks one question by HTTP. @returns what JSON came, or else the text @throws Error where the status is not the expected */
  readonly call: <Answer>(method: string, url: string, asked?: CallOptions) => Promise<Answer>
  /** Asks a PostgreSQL, with `pg` of the image that it runs in. @returns the first row @throws Error where there is no answer in time */
  readonly row: <Row>(url: string, sql: string, values?: readonly unknown[]) => Promise<Row | undefined>
  /** Remembers how to take away what was made: that is done at the end, however it comes, the last first. */
  readonly undo: (action: () => Promise<unknown>) => void
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** The status that is right, 200 where nothing is said. */
  readonly expected?: number
}

/** A step that went well. */
export interface StepTime {
  readonly step: string
  readonly milliseconds: number
}
