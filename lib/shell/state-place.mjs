// Where state is kept, for what runs before Node can read TypeScript, too.
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the checkout. */
export const CHECKOUT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** Two checkouts keep nothing in the same folder. */
export const HASH = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8)

/** What the name of a stack's state folder ends with. */
export const OF_A_STACK = `-loop-${HASH}`

/** The folder of all state folders. */
export function stateBase() {
  const wanted = process.env.XDG_STATE_HOME
  // The XDG specification has relative paths ignored.
  if (wanted && isAbsolute(wanted)) return wanted
  // What HOME says counts, but for nothing, or a folder of wherever we are.
  return join(isAbsolute(homedir()) ? homedir() : userInfo().homedir, '.local', 'state')
}
