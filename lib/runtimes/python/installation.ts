import { $, ProcessOutput } from 'zx/core'
import { environment, type Variables } from '../../shell/environment.ts'
import { inItsWords } from '../../shell/in-its-words.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'

/**
 * Runs a program that installs Python packages, at the top of the checkout.
 *
 * @param unlessSet variables that count where the shell has none of that name
 * @returns what it said was wrong; undefined when it went well
 */
export async function failureOf(
  command: readonly string[],
  interrupted: AbortSignal,
  unlessSet: Variables = {},
): Promise<string | undefined> {
  try {
    const env = environment('python', unlessSet)
    await $({ quiet: true, cwd: CHECKOUT, signal: interrupted, env })`${command}`
    return undefined
  } catch (error) {
    interrupted.throwIfAborted()
    if (!(error instanceof ProcessOutput)) throw error
    const output = `${error.stdout}${error.stderr}`
    return (process.env.DEBUG ? inItsWords(output) : faultIn(output)) || `it ended with ${error.exitCode}`
  }
}

/** What of an output says why: uv's error with its causes, pip's last line of one, or the last line of all. */
function faultIn(output: string): string | undefined {
  const [, uv] = /^error: ((?:.+\n?)+)/m.exec(output) ?? []
  if (uv)
    return uv
      .trim()
      .split(/\s*\n\s*/)
      .join('; ')
  const lines = output.trim().split('\n')
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)
}
