import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { $ } from 'zx/core'
import { eventually } from './deadline.ts'

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  /** Both outputs, in the order in which they came. */
  readonly said: string
}

export interface Program {
  /** What it has said so far. */
  readonly said: () => string
  readonly ended: Promise<Ended>
  /** Waits until `pattern` is in what it says after the first `from` characters. @throws Error when it ends before */
  readonly until: (pattern: RegExp, seconds: number, from?: number) => Promise<void>
  /** What Ctrl-C does on a terminal: SIGINT to the program and to all it has started. */
  readonly interrupt: () => void
  /** Command lines of the processes that descend from it and are still there. */
  readonly leftOver: () => Promise<string[]>
  /** Ends whatever is left of it. */
  readonly end: () => Promise<void>
}

const MARK = 'TODO_TEST_PROGRAM'

/** Heads of the process groups that run: none outlives this process. */
const running = new Set<number>()
process.once('exit', () => {
  for (const pid of running) signal(-pid, 'SIGKILL')
})

/** Starts a program the way a terminal does: as the head of a process group of its own. */
export function start(words: readonly [string, ...string[]], cwd: string, env: NodeJS.ProcessEnv): Program {
  const mark = `${MARK}=${randomUUID()}`
  const [command, ...rest] = words
  const child = spawn(command, rest, {
    cwd,
    detached: true,
    env: { ...env, [MARK]: mark.slice(MARK.length + 1) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started: is it on PATH?`)
  running.add(pid)
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = once(child, 'close').then(([code]): Ended => {
    running.delete(pid)
    return { code, said }
  })

  return {
    said: () => said,
    ended,
    until: async (pattern, seconds, from = 0) => {
      const heard = () => pattern.test(said.slice(from))
      const what = `${words.join(' ')} saying ${pattern}`
      const looked = eventually(what, seconds, async () => heard() || !running.has(pid))
      await looked.catch((error: Error) => {
        throw new Error(`${error.message}:\n${said}`)
      })
      if (!heard()) throw new Error(`It ended without ${what}:\n${said}`)
    },
    interrupt: () => signal(-pid, 'SIGINT'),
    leftOver: async () => (await marked(mark)).map(({ command }) => command),
    end: async () => {
      for (const descendant of await marked(mark)) signal(descendant.pid, 'SIGKILL')
      await ended
    },
  }
}

/** What has just ended by itself needs no signal. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Every descendant carries the mark in its environment, whatever group or parent it has come to. */
async function marked(mark: string): Promise<{ pid: number; command: string }[]> {
  const all = (await $({ quiet: true })`ps axeww -o pid=,command=`).stdout.split('\n')
  return all.flatMap((line) => {
    const [, pid, command = ''] = /^\s*(\d+)\s+(\S.*)$/.exec(line) ?? []
    return line.includes(mark) ? [{ pid: Number(pid), command: command.slice(0, 100) }] : []
  })
}
