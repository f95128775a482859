import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { HERE } from '../../shell/loopback.ts'

/**
 * Listens where callers look for a service, and brings them its answers late.
 *
 * @param port that callers know
 * @param callee the port at which the service really is
 * @param late milliseconds
 * @param until ends it, with every connection
 */
export async function openSlowWay(
  port: number,
  callee: number,
  late: number,
  until: AbortSignal,
): Promise<void> {
  const open = new Set<Socket>()
  const server = createServer((caller) => {
    const ends = [caller, connect(callee, HERE)] as const
    for (const [nth, socket] of ends.entries()) {
      open.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket)
          ends[1 - nth]?.destroy()
        })
    }
    ends[0].pipe(ends[1]).pipe(delay(late)).pipe(ends[0])
  })
  server.listen(port, HERE)
  await once(server, 'listening')
  until.addEventListener('abort', () => {
    server.close()
    for (const socket of open) socket.destroy()
  })
}

/** Each piece comes so much later, none later for those before it. */
function delay(late: number): Transform {
  return new Transform({
    transform(piece, _, taken) {
      setTimeout(() => this.push(piece), late)
      taken()
    },
    flush: (end) => void setTimeout(end, late),
  })
}
