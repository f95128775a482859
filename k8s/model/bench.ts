/** What is measured of a stack beside what every stack has: `bench` of its bench.ts. */
export interface Bench {
  /** The service whose page is looked at, and through which the API is asked. */
  readonly page: string
  /** Of each service whose saves are measured. */
  readonly edits: Readonly<Record<string, MarkedLine>>
  /** None where it has no accounts: then nobody is signed in. */
  readonly users?: {
    /**
     * Says who has just come by sign-in.ts, under a name that begins with `bench.`.
     *
     * @param address of the page
     * @param cookie of the session
     */
    readonly account: (address: string, cookie: string) => Promise<Omit<BenchUser, 'cookie'>>
    /** The SQL that takes all of them away. */
    readonly remove: string
  }
  readonly loads?: readonly Load[]
  /** None where a loop is measured by its saves alone. */
  readonly moves?: BenchMoves
  readonly pages?: {
    /** Whether each is looked at by a user who is signed in. The first is what a stranger sees. */
    readonly paths: Readonly<Record<string, boolean>>
    /** What that user has asked for before. */
    readonly before: readonly LoadRequest[]
  }
}

/** A harmless text of a service's sources that any client can see served. */
export interface MarkedLine {
  /** Below the checkout. */
  readonly file: string
  /** As it stands in the file, once; what follows it is served along with it. */
  readonly text: string
  /**
   * What to ask the service for it.
   *
   * @param token of any user; empty where the stack has none
   */
  readonly question: (address: string, token: string) => EditQuestion
}

/** One HTTP request; a POST when it has a body. */
export interface EditQuestion {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface BenchUser {
  readonly id: string
  /** What the paths of their requests begin with. */
  readonly api: string
  readonly token: string
  /** Of the session, as a browser would send it. */
  readonly cookie: string
}

export interface LoadRequest {
  readonly method: string
  /** Below the user's. */
  readonly path: string
  readonly body?: object
  /** The status that it is to be answered with. */
  readonly expected: number
}

/** Requests at a steady rate, by a user of their own. */
export interface Load {
  readonly what: string
  /** A second. */
  readonly rate: number
  readonly seconds: number
  /** The n-th. */
  readonly request: (n: number) => LoadRequest
  /** SQL for what this user is to have before. */
  readonly before?: (id: string) => string
}

/** What a developer changes while a loop runs, beside sources: each is made and undone. */
export interface BenchMoves {
  /** Who has them, and is edited too. */
  readonly service: string
  /** By which its answer tells what its environment holds, in the file that is edited. */
  readonly probe: { readonly text: string; readonly there: string }
  readonly made: Readonly<Partial<Record<MovedBy, BenchMove>>>
  /** The SQL after which the database is as if no migration of the bench had been there. */
  readonly undo: string
}

/** How a change comes to what runs. */
export type MovedBy = 'packages' | 'migration' | 'settings' | 'model'

/** Words for a file; what follows the newest of its folder is given the number that the name of that one begins with. */
export type BenchWords = string | ((newest: string) => string)

/** A change of one file. */
export interface BenchMove {
  /** Below the checkout; it need not be there. */
  readonly file: string
  /** As it stands there, once; without it, the change is at the end. */
  readonly text?: string
  readonly there: BenchWords
  /** In its place when it is undone; without it, the file is as before. */
  readonly back?: BenchWords
  /** What the service answers with the change, and without; none where only the loop can tell. */
  readonly shown?: readonly [there: string, back: string]
}
