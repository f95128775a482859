import { Refusal } from '../../shell/refusal.ts'
import type { LoopEvent } from '../event.ts'
import type { Fault } from './fault.ts'

/** Has a service be so. @returns what makes it as it was */
export type Begin = (fault: Fault) => Promise<() => Promise<void>>

export interface Faults {
  /** Resolves once it has begun. @throws Refusal where the service has one already */
  readonly bringAbout: (fault: Fault) => Promise<void>
  /** @throws Refusal where it has a fault */
  readonly requireWell: (service: string) => void
  /** Whether any service has one. */
  readonly isAny: () => boolean
}

/**
 * Brings faults about, each of which ends by itself. The end of the loop takes all its services down anyway, so nothing is
 * mended then.
 *
 * @param signal the end of the loop
 */
export function faults(begin: Begin, tell: (event: LoopEvent) => void, signal: AbortSignal): Faults {
  const ill = new Set<string>()
  const requireWell = (service: string) => {
    if (ill.has(service)) throw new Refusal(`${service} has a fault.`, 'wait for its end')
  }
  const bringAbout = async (fault: Fault) => {
    const { service, lasts } = fault
    requireWell(service)
    ill.add(service)
    try {
      const mend = await begin(fault)
      const mending = async () => {
        await mend().then(
          () => tell({ kind: 'note', text: `fault: ${service} is as it was` }),
          (error: Error) =>
            tell({ kind: 'note', text: `fault: ${service} could not be mended: ${error.message}` }),
        )
        ill.delete(service)
      }
      const timer = setTimeout(mending, lasts)
      signal.addEventListener('abort', () => clearTimeout(timer))
    } catch (error) {
      ill.delete(service)
      throw error
    }
  }
  return { bringAbout, requireWell, isAny: () => ill.size > 0 }
}
