import type { Facts } from '../facts.ts'
import type { Place } from '../lines/rule.ts'

/** Where something was said, in the namespace that was looked at. */
export function placeIn(
  { stack, namespace, services, databasePort, standIn }: Facts,
  where: string,
  alive: boolean,
): Place {
  return { stack, where, alive, cluster: { namespace, services }, databasePort, standIn }
}
