import { once } from 'node:events'
import { createServer } from 'node:net'
import { isFree } from './loopback.ts'

/** @returns a port of this machine that nothing listened on a moment ago */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await anyPort()
    if (await isFree(port)) return port
  }
}

async function anyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (!address || typeof address === 'string') throw new Error('a TCP server listens on no port')
  return address.port
}
