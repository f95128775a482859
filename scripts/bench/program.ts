import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { signalGroup } from '../../lib/shell/processes.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'

/** A program in the background, whose output goes to a log. */
export interface BenchProgram {
  /** Waits until it has said `pattern`. @throws Refusal when it ends before, or after `seconds` */
  readonly until: (pattern: RegExp, seconds: number, interrupted: AbortSignal) => Promise<RegExpExecArray>
  /** Aborted when it has ended, with a Refusal that quotes its last lines. */
  readonly gone: AbortSignal
  /** Ends it as Ctrl-C would, then harder, with all it has started. */
  readonly stop: () => Promise<void>
}

/** Long enough for Skaffold to delete what it deployed. */
const GRACE = 90_000

/** Starts a program as the head of a process group of its own: this terminal's Ctrl-C is ours to pass on. */
export function startProgram(
  title: string,
  [command = '', ...words]: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): BenchProgram {
  const folder = join(checkoutFolder(), 'bench', 'logs')
  mkdirSync(folder, { recursive: true })
  const log = join(folder, `${title.replaceAll(' ', '-')}.log`)
  const file = createWriteStream(log)
  const child = spawn(command, words, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').catch((error: Error) => error)
  const gone = new AbortController()
  let output = ''
  const refusal = (what: string) =>
    new Refusal(
      `${title} ${what}. Its last lines:\n  ${output.trim().split('\n').slice(-8).join('\n  ')}`,
      `look at ${log}`,
    )
  ended.then(() => {
    gone.abort(refusal('ended'))
    file.end()
  })
  const hear = (chunk: Buffer) => {
    file.write(chunk)
    output = (output + chunk).slice(-1_000_000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)

  return {
    until: async (pattern, seconds, interrupted) => {
      const deadline = Date.now() + seconds * 1000
      for (;;) {
        const match = pattern.exec(output)
        if (match) return match
        AbortSignal.any([interrupted, gone.signal]).throwIfAborted()
        if (Date.now() > deadline) throw refusal(`did not say ${pattern} within ${seconds} s`)
        await pause(50)
      }
    },
    gone: gone.signal,
    stop: async () => {
      signalGroup(child.pid, 'SIGINT')
      const alarm = setTimeout(signalGroup, GRACE, child.pid, 'SIGKILL')
      await ended
      clearTimeout(alarm)
    },
  }
}
