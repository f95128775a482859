import { randomUUID } from 'node:crypto'
import type { BenchUser } from '../../k8s/model/bench.ts'
import type { Rig } from './rig.ts'

/**
 * Signs up somebody who can be thrown away; undefined where the stack has no accounts.
 *
 * @param address of the page, for us
 * @param origin of the page, for a browser
 */
export async function signUp(
  { measures: { users }, signIn }: Rig,
  address: string,
  origin = address,
): Promise<BenchUser | undefined> {
  const enter = await signIn()
  if (!users || !enter) return undefined
  // With a dot, which no name of a visitor of `loop see` has.
  const visitor = { name: `bench.${randomUUID()}`, password: randomUUID() }
  const cookies = await enter(origin, visitor, address)
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return { ...(await users.account(address, cookie)), cookie }
}
