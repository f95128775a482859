import { toTypeHere } from './type-here.ts'

/** An error the user can cure: one sentence, one cure. Shown without a stack trace. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly cure: string
  readonly exitCode: number

  /**
   * @param message what is wrong and why, one sentence, never quoting a secret
   * @param cure the one command or edit that helps
   * @param exitCode what the process ends with: 1 refused, 2 called wrongly
   */
  constructor(message: string, cure: string, exitCode = 1) {
    super(toTypeHere(message))
    this.cure = toTypeHere(cure)
    this.exitCode = exitCode
  }
}

/** What an error says, or whatever else was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What is wrong, and what helps. */
export type Problem = Pick<Refusal, 'message' | 'cure'>

/** All that is wrong in one refusal: the sentences first, then the cures. */
export function refusalOf(problems: readonly Problem[]): Refusal {
  return new Refusal(
    problems.map(({ message }) => message).join('\n  '),
    problems.map(({ cure }) => cure).join('\n  → '),
  )
}
