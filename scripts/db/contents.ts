/** What a database or an archive holds. */
export interface DatabaseContents {
  /** By table, written as SQL. */
  readonly rows: Readonly<Record<string, number>>
  /** Of the schema; undefined where it was never migrated, or nobody asked. */
  readonly revision: string | undefined
  /** Accounts beside the smoke test's; undefined where nobody asked, or there are no accounts at all. */
  readonly people: number | undefined
}

/** Reads what the scripts `contents` and `presence` say. */
export function readContents(listing: string): DatabaseContents {
  const fields = listing
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
  const value = (wanted: string) => fields.find(([name]) => name === wanted)?.[1]
  const people = value('people')
  return {
    rows: Object.fromEntries(
      fields.flatMap(([name = '', count]) => (name.includes('.') ? [[name, Number(count)] as const] : [])),
    ),
    revision: value('revision'),
    people: people === undefined ? undefined : Number(people),
  }
}
