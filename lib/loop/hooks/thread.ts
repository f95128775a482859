import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { HookOrder, HookOutput } from './messages.ts'

// A thread that has loaded the hooks it is given, and with them the model as it was on the disk at that moment.

type Command = (argv: readonly string[]) => Promise<number>

/** For which a hook listens as long as its process lives, and a thread outlives it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const answer = (message: HookOutput) => parentPort?.postMessage(message)
console.log = (...words: unknown[]) => answer({ out: format(...words) })
console.error = (...words: unknown[]) => answer({ err: format(...words) })

const commands = new Map(
  await Promise.all(
    (workerData as readonly string[]).map(async (program) => {
      const file = pathToFileURL(join(CHECKOUT, program)).href
      return [program, ((await import(file)) as { readonly command: Command }).command] as const
    }),
  ),
)

parentPort?.on('message', async (order: HookOrder) => {
  if ('interrupt' in order) {
    process.emit('SIGTERM', 'SIGTERM')
    return
  }
  const code = await commands.get(order.program)?.(order.argv)
  for (const name of SIGNALS) process.removeAllListeners(name)
  answer({ code: code ?? 70 })
})
