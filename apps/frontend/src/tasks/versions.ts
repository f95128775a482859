export type Versions = ReturnType<typeof newVersions>

/**
 * Which versions this page has made of which: its own changes are no conflict, somebody else's are.
 */
export function newVersions() {
  const successors = new Map<string, number>()
  return {
    /** Notes that a change of ours to version `before` of a task gave version `after`. */
    note(id: number, before: number, after: number): void {
      if (after > before) successors.set(`${id} ${before}`, after)
    },
    /** The version that came of `version` by changes of ours alone. */
    newest(id: number, version: number): number {
      let newest = version
      for (;;) {
        const next = successors.get(`${id} ${newest}`)
        if (next === undefined) return newest
        newest = next
      }
    },
  }
}
