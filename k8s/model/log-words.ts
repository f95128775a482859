/** How the lines of a program read that are not JSON. */
export interface LogWords {
  /** With what each begins that is said elsewhere, like the time. */
  readonly prefix?: RegExp
  /** The code that was saved is what answers now; after how long, is in the groups `number` and `unit`, of ms or s. */
  readonly live?: RegExp
  /** That code cannot be started. */
  readonly broken?: RegExp
  readonly failure?: RegExp
  /** The first line of a trace. It ends with the first that is not indented, which says what happened. */
  readonly trace?: RegExp
}
