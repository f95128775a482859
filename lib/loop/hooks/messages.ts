/** What a thread of hooks is asked. */
export type HookOrder =
  | { readonly program: string; readonly argv: readonly string[] }
  /** What Ctrl-C is to a process. */
  | { readonly interrupt: true }

/** What it says: a line of standard output or error, or, once that is all, the exit code. */
export type HookOutput = { readonly out: string } | { readonly err: string } | { readonly code: number }
