import type { EventEmitter } from 'node:events'
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
  env: Readonly<NodeJS.ProcessEnv>,
  folder: string,
): Promise<Ended> {
  const run = last.then(() => runHere(command, argv, env, folder))
  last = run.catch(() => undefined)
  return run
}

async function runHere(
  command: Command,
  argv: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
  folder: string,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const before = { env: { ...process.env }, folder: process.cwd(), log: console.log, error: console.error }
  const listeners = HEARD.map(([emitter, event]) => emitter.listeners(event))
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
    for (const [n, [emitter, event]] of HEARD.entries())
      for (const listener of emitter.listeners(event)) {
        if (listeners[n]?.includes(listener)) continue
        emitter.removeListener(event, listener as () => void)
        // What is released with a process is released with this one.
        if (event === 'exit') Reflect.apply(listener, process, [0])
      }
  }
}

/** Where a command listens for as long as its process lives. */
const HEARD: readonly (readonly [EventEmitter, string])[] = [
  [process, 'SIGINT'],
  [process, 'SIGTERM'],
  [process, 'SIGHUP'],
  [process, 'exit'],
  [process.stdout, 'error'],
  [process.stderr, 'error'],
]

function become(env: NodeJS.ProcessEnv, folder: string): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(folder)
}
