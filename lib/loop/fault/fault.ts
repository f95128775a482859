import type { Stack } from '../../../k8s/model/stack.ts'
import { Refusal } from '../../shell/refusal.ts'
import { duration } from '../command/duration.ts'

/** What one service is to its callers for a while; times are milliseconds. */
export interface Fault {
  readonly service: string
  /** It is away: nobody listens. Or each piece of its answers comes this much later. */
  readonly is: 'away' | { readonly late: number }
  readonly lasts: number
}

const LASTS = '30s'

/** @param words like `postgres away 20s` or `api slow 300ms 1m` @throws Refusal with exit code 2 on anything else */
export function faultIn([service = '', kind, ...times]: readonly string[]): Fault {
  const late = kind === 'slow' ? times.shift() : undefined
  const [lasts = LASTS, ...more] = times
  if (more.length > 0 || (kind !== 'away' && late === undefined))
    throw new Refusal(
      'fault needs a service and what is wrong with it.',
      'like fault postgres away 20s, or fault api slow 300ms 1m',
      2,
    )
  return {
    service,
    is: late === undefined ? 'away' : { late: duration('The delay', late) },
    lasts: duration('The time', lasts),
  }
}

/** What is so from now on, and whom that concerns. */
export function faultText({ service, is, lasts }: Fault, stack: Stack): string {
  const callers = Object.entries(stack.services).filter(
    ([, caller]) => caller.kind === 'program' && caller.calls?.includes(service),
  )
  const what = is === 'away' ? 'away' : `${is.late} ms late with each answer`
  const whom = callers.length > 0 ? `; called by ${callers.map(([name]) => name).join(', ')}` : ''
  return `${service} is ${what} for ${lasts / 1000} s${whom}`
}
