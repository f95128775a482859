import { freePort } from '../../shell/free-port.ts'
import type { Begin } from './bring-about.ts'
import { openSlowWay } from './slow-way.ts'

/** A program or a store of this machine. */
export interface OnHost {
  /** At which callers look for it. */
  readonly port: number
  readonly stop: () => Promise<void>
  /** Starts it at a port, and waits until it is ready. */
  readonly start: (port: number) => Promise<void>
}

/**
 * Ends the process for as long as it is away; while it is late, it runs behind what delays its answers.
 *
 * @param inTurn keeps apart what would start the same process
 * @param ending of the loop: nothing listens any more
 */
export function faultOnHost(
  find: (service: string) => OnHost,
  inTurn: <Result>(action: () => Promise<Result>) => Promise<Result>,
  ending: AbortSignal,
): Begin {
  return ({ service, is }) =>
    inTurn(async () => {
      const { port, stop, start } = find(service)
      await stop()
      if (is === 'away') return () => inTurn(() => start(port))
      const elsewhere = await freePort()
      try {
        await start(elsewhere)
      } catch (error) {
        await stop()
        await start(port)
        throw error
      }
      const over = new AbortController()
      await openSlowWay(port, elsewhere, is.late, AbortSignal.any([ending, over.signal]))
      return () =>
        inTurn(async () => {
          await stop()
          over.abort()
          await start(port)
        })
    })
}
