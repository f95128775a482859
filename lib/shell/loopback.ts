import { once } from 'node:events'
import { createServer } from 'node:net'
import { answers } from './tcp.ts'

/** Programs on a host listen here alone: nobody else on the network is meant to see them. */
export const HERE = '127.0.0.1'

/** What a browser's `localhost` may mean. */
export const LOOPBACK = ['127.0.0.1', '::1'] as const

/** Whether nothing listens on this port under any name of this machine: who listens on one of them gets its visitors. */
export async function isFree(port: number): Promise<boolean> {
  // macOS lets one listen on an address though somebody listens on all; Linux tells of those who do not answer, too.
  if (await localhostAnswers(port, 500)) return false
  const each = await Promise.all(LOOPBACK.map((host) => mayListen(host, port)))
  return each.every(Boolean)
}

/** @returns whether something accepts a connection there within the time, given in milliseconds */
export async function localhostAnswers(port: number, milliseconds: number): Promise<boolean> {
  const each = await Promise.all(LOOPBACK.map((host) => answers(host, port, milliseconds)))
  return each.some(Boolean)
}

async function mayListen(host: string, port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch (error) {
    // Then nobody listens on it.
    return lacksAddress(error)
  }
}

/** Whether this machine has no such address. */
export function lacksAddress(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}
