import { once } from 'node:events'
import { createServer } from 'node:net'

/** The first of so many in a row. */
export async function freePorts(count: number): Promise<number> {
  const first = await listening(0)
  const rest = await Promise.allSettled(
    Array.from({ length: count - 1 }, (_, index) => listening(first.port + index + 1)),
  )
  await first.close()
  for (const other of rest) if (other.status === 'fulfilled') await other.value.close()
  return rest.some(({ status }) => status === 'rejected') ? freePorts(count) : first.port
}

async function listening(port: number) {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has an address')
  return {
    port: address.port,
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}
