/** An error that a language's runtime printed, with the line of the program that it comes from. */
export interface PrintedError {
  /** Like `SyntaxError: invalid syntax`. */
  readonly error: string
  /** Like `app/main.py:12`; undefined where none is named. */
  readonly file: string | undefined
}

/** How a runtime prints errors. */
export interface ErrorReader {
  /** @returns the error that the line at `at` names; undefined where it names none */
  readonly read: (lines: readonly string[], at: number) => PrintedError | undefined
  /** What it says where it starts anew, in words of its own. */
  readonly fresh?: RegExp
}

/** Collects `file:line` of what a pattern with these two groups finds. */
export function places(lines: readonly string[], pattern: RegExp): string[] {
  return lines.flatMap((line) => {
    const match = pattern.exec(line)
    return match ? [`${match[1]}:${match[2]}`] : []
  })
}

/** Below the images' working directory, as in the checkout. */
export function inCheckout(place: string | undefined): string | undefined {
  return place?.replace(/^\/app\//, '')
}
