import { signUp, type User } from '../../stack/tests/user.ts'

/** By which the users of a bench are known in a database that others use too. */
export const BENCH_DOMAIN = 'bench.local'

/** Signs up a throw-away user of the stack under test. */
export function benchUser(address: string, origin: string): Promise<User> {
  return signUp(origin, address, BENCH_DOMAIN)
}
