import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { HostModel } from './model.ts'
import type { Elsewhere } from './plan.ts'

/** What the thread is told. */
export interface Question {
  readonly folder: string
  readonly elsewhere: Elsewhere
}

/** What it tells. */
export type Answer = { readonly model: HostModel } | { readonly error: string }

/**
 * What a stack asks of this machine as it is on the disk now. A thread loads it, with all that makes a model of it: what a
 * process has imported stays as it was, and for ever.
 *
 * @param folder of the stack, absolute
 * @throws Error with what is wrong with it, or with its settings
 */
export async function modelAnew(folder: string, elsewhere: Elsewhere): Promise<HostModel> {
  const workerData: Question = { folder, elsewhere }
  const thread = new Worker(new URL('./anew.mjs', import.meta.url), { workerData, execArgv: [] })
  const [answer] = (await once(thread, 'message')) as [Answer]
  if ('error' in answer) throw new Error(answer.error)
  return answer.model
}
