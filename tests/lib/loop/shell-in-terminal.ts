import { type ChildProcess, spawn } from 'node:child_process'
import { eventually } from '../../cluster/deadline.ts'
import { FakeTerminal } from './fake-terminal.ts'

export const PROMPT = 'shell> '

/** A shell with job control in a terminal of 80 × 24, that is typed into. */
export interface Shell {
  readonly type: (text: string) => void
  /** Waits for what is written after what was awaited before. @returns the lines that the terminal has shown until then */
  readonly sees: (what: string | RegExp) => Promise<string[]>
  /** All that was written. */
  readonly written: () => string
  readonly end: () => void
}

/** @param env of the shell */
export async function openShell(env: NodeJS.ProcessEnv): Promise<Shell> {
  const words = ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])', 'bash', '--norc', '--noprofile', '-i']
  const python: ChildProcess = spawn('python3', words, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let [written, seen] = ['', 0]
  python.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  const type = (text: string) => void python.stdin?.write(text)
  const sees = (what: string | RegExp) =>
    eventually(`${what} on the terminal`, 60, async () => {
      const found = new RegExp(what, 'g')
      found.lastIndex = seen
      if (!found.test(written)) return undefined
      seen = found.lastIndex
      return linesOf(written.slice(0, seen))
    }).catch((error) => {
      throw new Error(`${error}\n${linesOf(written).slice(-40).join('\n')}`)
    })
  // In pieces, so that what is typed does not look like what is awaited.
  type(`PS1='sh''ell> '; stty cols 80 rows 24\r`)
  await sees(PROMPT)
  const end = () => {
    // Its terminal is hung up, which ends all that runs there.
    python.kill()
  }
  return { type, sees, written: () => written, end }
}

function linesOf(written: string): string[] {
  const terminal = new FakeTerminal(true, 80, 24)
  terminal.write(written)
  return terminal.shown()
}
