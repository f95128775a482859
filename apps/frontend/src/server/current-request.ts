import { AsyncLocalStorage } from 'node:async_hooks'
import { oncePerProcess } from './once-per-process.ts'

const current = () => oncePerProcess('current request', () => new AsyncLocalStorage<string>())

/** From here on, whatever is done for this request can ask for its id. */
export function enterRequest(requestId: string): void {
  current().enterWith(requestId)
}

/** The id of the request that is being answered; undefined where none is, as at start. */
export function currentRequestId(): string | undefined {
  return current().getStore()
}
