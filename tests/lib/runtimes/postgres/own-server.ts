import type { Server } from '../../../../lib/runtimes/postgres/server.ts'
import { freePort } from '../../../../lib/shell/free-port.ts'

/** A server of a test's own, with an empty database. */
export async function ownServer(): Promise<Server> {
  const port = await freePort()
  return { port, user: 'me', name: 'mine', password: 'of-this-test', initScripts: {}, initFolder: '' }
}
