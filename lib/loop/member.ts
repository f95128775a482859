/** What the screen needs to know of a service, or of the database. */
export interface Member {
  readonly name: string
  /** Absent where nothing is built for it. */
  readonly image?: string
  /** Of its sources in the checkout, where it has any. */
  readonly directory?: string
}
