import type { IncomingMessage } from 'node:http'

/** Set by this server on each request, whatever the client sent under that name. */
export const clientAddressHeader = 'x-client-address'

/** Notes the peer's address, which a route handler cannot see otherwise and a client must not choose. */
export function noteClientAddress(request: IncomingMessage): void {
  request.headers[clientAddressHeader] = request.socket.remoteAddress
}
