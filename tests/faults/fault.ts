/** A slip as somebody could make it, in the middle of one room of the checkout. */
export interface Fault {
  /** The folder, file or program that it is planted in. */
  readonly room: string
  /** Below the checkout. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly before: string
  readonly after: string
  /** What goes wrong by it; docs/testing.md has the same words. */
  readonly what: string
  /** Where it is looked for first, below the checkout; what these miss is looked for in the whole default tier. */
  readonly tests: readonly string[]
}

/** @throws Error where the file is no longer as the fault has it */
export function plant(text: string, { file, before, after }: Fault): string {
  const [start, end, ...more] = text.split(before)
  if (start === undefined || end === undefined || more.length > 0)
    throw new Error(`${file} has ${more.length > 0 ? 'more than once' : 'no'} ${JSON.stringify(before)}`)
  return start + after + end
}
