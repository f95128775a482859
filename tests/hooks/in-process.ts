import { format } from 'node:util'

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What `runCommand` gives: prints its errors itself, and gives the exit code. */
export type Command = (argv: readonly string[]) => Promise<number>

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs a command of ours as a process of its own would, but in this one: starting it costs ten times what it does. It
 * has this environment and folder, and what it says is caught. One at a time, for a process has but one of each.
 *
 * @param argv the words of its command line; not `--help`, which ends the process
 */
export function inProcess(
  command: Command,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Ended> {
  const run = last.then(() => runHere(command, argv, env, folder))
  last = run.catch(() => undefined)
  return run
}

async function runHere(
  command: Command,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const before = { env: { ...process.env }, folder: process.cwd(), log: console.log, error: console.error }
  const listeners = SIGNALS.map((signal) => process.listeners(signal))
  try {
    become({ ...env, NO_COLOR: '1' }, folder)
    console.log = (...words: unknown[]) => {
      said.stdout += `${format(...words)}\n`
    }
    console.error = (...words: unknown[]) => {
      said.stderr += `${format(...words)}\n`
    }
    return { exitCode: await command(argv), ...said }
  } finally {
    console.log = before.log
    console.error = before.error
    become(before.env, before.folder)
    for (const [n, signal] of SIGNALS.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[n]?.includes(listener)) process.removeListener(signal, listener)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function become(env: NodeJS.ProcessEnv, folder: string): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(folder)
}
