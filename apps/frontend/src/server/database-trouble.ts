import { AsyncLocalStorage } from 'node:async_hooks'
import { mayPass } from './may-pass.ts'
import { oncePerProcess } from './once-per-process.ts'

interface Noted {
  trouble: boolean
}

const current = () => oncePerProcess('database trouble', () => new AsyncLocalStorage<Noted>())

/** Does `work`, and tells whether the database could not be asked for it, whatever `work` has made of that. */
export async function watchDatabase<T>(work: () => Promise<T>): Promise<[done: T, trouble: boolean]> {
  const noted = { trouble: false }
  return [await current().run(noted, work), noted.trouble]
}

/** Notes what the database, or the way to it, has answered, for whoever watches. */
export function noteFailure(error: unknown): void {
  const noted = current().getStore()
  if (noted && mayPass(error)) noted.trouble = true
}
