import type { ProgramStreams } from './program.ts'

/** pg_dump, pg_restore and psql of one version, in reach of one database. */
export interface DatabaseClient {
  /**
   * Runs a bash script that finds them on its PATH, and which need not be told of which database.
   *
   * @param failed names what did not work, for the refusal
   * @param words what the script finds as `$1` and so on; no secret among them
   * @returns its standard output, where that does not go to a file
   * @throws Refusal with the failed program's own words
   */
  readonly bash: (
    script: string,
    failed: string,
    options?: ProgramStreams & { readonly words?: readonly string[] },
  ) => Promise<string>
  /** Runs one of them for the person at the terminal, Ctrl-C too. @returns its exit code */
  readonly interact: (command: readonly string[]) => Promise<number>
}

/** How bash is started, wherever it runs: a pipe fails when one of its programs does. */
export function bashCommand(script: string, words: readonly string[] = []): string[] {
  return ['bash', '-o', 'pipefail', '-c', script, 'bash', ...words]
}
