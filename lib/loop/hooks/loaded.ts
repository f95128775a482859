import { Worker } from 'node:worker_threads'
import type { HookOrder, HookOutput } from './messages.ts'

/** The hooks that Skaffold starts in a loop; that which hands images over reads a standard input, and is not among them. */
const HOOKS: readonly string[] = [
  'hooks/render.ts',
  'hooks/before-deploy.ts',
  'hooks/secrets.ts',
  'hooks/sources.ts',
  'hooks/smoke.ts',
]

/** Hooks that need not be loaded when they are asked for. */
export interface LoadedHooks {
  readonly has: (program: string) => boolean
  /**
   * Runs one as a process of its own would, after those that were asked for before.
   *
   * @param hear is told each line
   * @returns its exit code
   */
  readonly run: (
    program: string,
    argv: readonly string[],
    hear: (line: string) => void,
    interrupted?: AbortSignal,
  ) => Promise<number>
  /** Loads them anew: what is run from now on has the model that is on the disk now. */
  readonly renew: () => void
}

/**
 * Keeps the hooks loaded in a thread, until the signal: a process of its own takes each of them half a second to load.
 *
 * @param env their variables
 * @param hooks files below the checkout that export a `command`
 */
export function loadHooks(
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
  hooks: readonly string[] = HOOKS,
): LoadedHooks {
  const load = () => {
    const thread = new Worker(new URL('./thread.mjs', import.meta.url), {
      workerData: hooks,
      env,
      execArgv: [],
    })
    // What keeps it from loading is told to whoever runs one.
    const failure = new Promise<string>((resolve) =>
      thread.once('error', ({ message }) => resolve(message)).once('exit', () => resolve('The hooks ended.')),
    )
    return { thread, failure }
  }
  let present = load()
  let last: Promise<unknown> = Promise.resolve()
  signal.addEventListener('abort', () => void present.thread.terminate())
  return {
    has: (program) => hooks.includes(program),
    run: (program, argv, hear, interrupted) => {
      const run = last.then(async () => {
        if (interrupted?.aborted) return 130
        const { thread, failure } = present
        const result = runIn(thread, { program, argv }, hear, interrupted)
        const code = await Promise.race([result, failure.then((message) => ({ message }))])
        if (typeof code === 'number') return code
        hear(`✗ ${code.message}`)
        if (present.thread === thread && !signal.aborted) present = load()
        return 1
      })
      last = run.catch(() => undefined)
      return run
    },
    renew: () => {
      // A thread that nobody ends any more would keep the loop from its end.
      if (signal.aborted) return
      const { thread } = present
      present = load()
      void last.then(() => thread.terminate())
    },
  }
}

function runIn(
  thread: Worker,
  order: HookOrder,
  hear: (line: string) => void,
  interrupted: AbortSignal | undefined,
): Promise<number> {
  return new Promise((resolve) => {
    const interrupt = () => thread.postMessage({ interrupt: true } satisfies HookOrder)
    const listen = (answer: HookOutput) => {
      if ('out' in answer) hear(answer.out)
      else if ('err' in answer) hear(answer.err)
      else {
        thread.off('message', listen)
        interrupted?.removeEventListener('abort', interrupt)
        resolve(answer.code)
      }
    }
    thread.on('message', listen)
    interrupted?.addEventListener('abort', interrupt)
    thread.postMessage(order)
  })
}
