import { parseWords, refusalText } from '../../shell/command.ts'
import { Refusal } from '../../shell/refusal.ts'
import type { Client } from '../session/server.ts'
import { FLAGS, isCommand, runWords } from './run.ts'
import type { Terms } from './terms.ts'

/**
 * Runs a command of `npm run loop` in the loop that it asks.
 *
 * @returns its exit code; nothing where it is one that cannot be run there
 */
export async function answerCommand(
  argv: readonly string[],
  { say }: Pick<Client, 'say'>,
  terms: Omit<Terms, 'say' | 'takes'>,
): Promise<object> {
  try {
    const { values, positionals } = parseWords(argv, FLAGS, true)
    const [word = '', ...words] = positionals
    if (!isCommand(word)) return {}
    const code = await runWords(word, words, values, {
      ...terms,
      say: (text) => say({ text }),
      takes: (within = 0) => say({ within }),
    })
    return { code }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say({ error: refusalText(error, terms.paint('red', '✗')) })
    return { code: error.exitCode }
  }
}
