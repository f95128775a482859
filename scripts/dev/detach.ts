import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerTo, socketOf } from '../../lib/loop/session/client.ts'
import { type LoopStatus, status } from '../../lib/loop/session/questions.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

/** Milliseconds between two looks at how far the loop has come. */
const LOOK = 200
/** Milliseconds in which pods and findings come to rest after a deployment that ended well. */
const REST = 15_000
/** Lines of the loop's own log that say why it ended. */
const LAST = 15
/** A loop is at rest most of its time: V8 takes half of the memory then, in each thread. `npm run dev` says so too. */
const SMALL = '--optimize-for-size'

/**
 * Starts a command that runs a loop, in a session of its own, and waits until its first deployment has ended.
 *
 * @param words of its command line
 * @param state the folder of the stack, where it writes its log
 * @param interrupted ends it while it is waited for
 * @returns how it says that it is
 * @throws Refusal where it has ended by itself, or runs and is not well
 */
export async function detach(
  words: readonly string[],
  state: string,
  interrupted: AbortSignal,
): Promise<LoopStatus> {
  mkdirSync(join(state, 'logs'), { recursive: true, mode: 0o700 })
  const file = join(state, 'logs', 'loop.log')
  const log = openSync(file, 'w', 0o600)
  const [, program = ''] = process.argv
  const child = spawn(process.execPath, [...process.execArgv, SMALL, program, ...words], {
    cwd: CHECKOUT,
    stdio: ['ignore', log, log],
    detached: true,
    // It outlives the npm that has started us.
    env: { ...process.env, npm_lifecycle_event: undefined },
  })
  let code: number | null | undefined
  void once(child, 'exit').then(([exitCode]) => {
    code = exitCode as number | null
  })
  interrupted.addEventListener('abort', () => child.kill('SIGINT'))
  const socket = socketOf(state)
  let since: number | undefined
  while (code === undefined) {
    const answer = await answerTo(socket, { ask: 'status' }).catch(() => undefined)
    const is = status.safeParse(answer).data
    if (is && is.pid === child.pid && !interrupted.aborted) {
      if (is.healthy) {
        child.unref()
        return is
      }
      since = is.deployment === 'succeeded' ? (since ?? performance.now()) : undefined
      const isUnwell = since !== undefined && performance.now() - since > REST
      if (is.deployment === 'failed' || isUnwell) {
        child.unref()
        throw new Refusal(
          `The loop runs, but ${is.findings[0]?.message ?? is.services.find(({ why }) => why)?.why ?? is.activity}`,
          'npm run loop -- status says more; npm run loop -- stop ends it',
        )
      }
    }
    await sleep(LOOK)
  }
  interrupted.throwIfAborted()
  const lastLines = readFileSync(file, 'utf8').trim().split('\n').slice(-LAST).join('\n  ')
  throw new Refusal(`The loop did not start:\n  ${lastLines}`, `look at ${file}`, code || 1)
}
