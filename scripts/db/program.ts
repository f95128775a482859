import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { inItsWords } from '../../lib/shell/in-its-words.ts'
import { signalGroup } from '../../lib/shell/processes.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

/** Where a program reads and writes: text, or a file's descriptor, whose bytes then never pass through this process. */
export interface ProgramStreams {
  readonly input?: number | string
  readonly output?: number
}

/**
 * Runs a program in a process group of its own: Ctrl-C on the terminal reaches this process alone, which ends it in order.
 *
 * @param failed names what did not work, for the refusal
 * @param signal ends it, with all that it started
 * @returns its standard output, where that does not go to a file
 * @throws Refusal with its own words when it ends badly; the signal's reason
 */
export async function run(
  [program = '', ...words]: readonly string[],
  env: NodeJS.ProcessEnv,
  failed: string,
  { input, output }: ProgramStreams = {},
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted()
  const child = spawn(program, words, {
    env,
    detached: true,
    stdio: [
      typeof input === 'number' ? input : input === undefined ? 'ignore' : 'pipe',
      output ?? 'pipe',
      'pipe',
    ],
  })
  const end = () => signalGroup(child.pid, 'SIGTERM')
  signal?.addEventListener('abort', end)
  // One that ends before it has read all says itself why.
  child.stdin?.on('error', () => undefined)
  if (typeof input === 'string') child.stdin?.end(input)
  try {
    const [stdout, stderr, [code]] = await Promise.all([
      child.stdout ? text(child.stdout) : '',
      child.stderr ? text(child.stderr) : '',
      once(child, 'close'),
    ])
    signal?.throwIfAborted()
    if (code !== 0)
      throw new Refusal(
        `${failed}: ${inItsWords(stderr).replace(/\.$/, '')}.`,
        'correct what it says, then again',
      )
    return stdout
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Refusal(
        `${program} is not on this PATH.`,
        'npm run cluster -- up fetches kubectl; install others',
      )
    throw error
  } finally {
    signal?.removeEventListener('abort', end)
  }
}

/** Runs a program on this process's own streams, in its group: the terminal's Ctrl-C is for it. @returns its exit code */
export async function interact(
  [program = '', ...words]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const unheard = () => undefined
  process.on('SIGINT', unheard)
  try {
    const [code] = await once(spawn(program, words, { env, stdio: 'inherit' }), 'close')
    return (code as number | null) ?? 130
  } finally {
    process.off('SIGINT', unheard)
  }
}
