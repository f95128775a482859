import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Set by this server on each request, whatever the client sent under that name. */
export const clientAddressHeader = 'x-client-address'

/** Whose word about the one before is taken: nobody's, that of whoever connects, or that of these networks. */
export type TrustedProxies = 'none' | 'peer' | BlockList

/** @throws Error when `list` is neither a word nor networks like `10.244.0.0/16, 2001:db8::7` */
export function trustedProxies(list: string): TrustedProxies {
  if (list === 'none' || list === 'peer') return list
  const networks = new BlockList()
  for (const entry of list.split(',')) {
    const [network = '', bits] = entry.trim().split('/')
    const family = familyOf(network)
    networks.addSubnet(network, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return networks
}

/**
 * The address that a request came from: that of whoever connects, or the one before as a trusted proxy tells it. A client
 * may write into X-Forwarded-For what it likes, but not behind the entry of the first proxy that is trusted.
 *
 * @param peer the other end of the connection
 * @param forwardedFor each proxy has added to its end whom it was called by
 */
export function clientAddress(peer: string, forwardedFor: string, trusted: TrustedProxies): string {
  let client = addressIn(peer) ?? peer
  for (const [hop, entry] of forwardedFor.split(',').reverse().entries()) {
    const before = addressIn(entry)
    if (before === undefined || !isTrusted(client, hop, trusted)) break
    client = before
  }
  return client
}

/** Notes the client's address, which a route handler cannot see otherwise and a client must not choose. */
export function noteClientAddress({ headers, socket }: IncomingMessage, trusted: TrustedProxies): void {
  const forwardedFor = [headers['x-forwarded-for'] ?? ''].flat().join()
  headers[clientAddressHeader] =
    socket.remoteAddress && clientAddress(socket.remoteAddress, forwardedFor, trusted)
}

function isTrusted(address: string, hop: number, trusted: TrustedProxies): boolean {
  if (trusted === 'none') return false
  return trusted === 'peer' ? hop === 0 : trusted.check(address, familyOf(address))
}

/** An address as proxies write it, some with a port: alone, and that of IPv4 in its own form. */
function addressIn(text: string): string | undefined {
  const [, bracketed, withPort] = text.trim().match(/^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/) ?? []
  const address = (bracketed ?? withPort ?? text.trim()).replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(address) ? address : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
