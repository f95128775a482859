import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isFree } from './loopback.ts'

/** Those that browsers refuse end here: https://fetch.spec.whatwg.org/#port-blocking */
const LAST_REFUSED = 10_080

/** @returns a port of this machine that nothing listens on */
export function freePort(above?: number): Promise<number> {
  return freePorts(1, above)
}

/**
 * The first of so many free ports in a row. They stay so: they lie below those that the system gives to whoever asks for
 * any, or connects somewhere, and above those that browsers refuse.
 */
export async function freePorts(count: number, above = LAST_REFUSED): Promise<number> {
  for (;;) {
    const first = randomInt(above + 1, firstOfTheSystem() - count)
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first
  }
}

/** ip(7): ip_local_port_range. Where there is no such file, from 49152 (RFC 6335). */
export function firstOfTheSystem(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0])
  } catch {
    return 49_152
  }
}
