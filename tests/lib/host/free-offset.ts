import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { programs, stores } from '../../../k8s/services.ts'
import { requireFreePorts } from '../../../lib/host/ports.ts'
import { loadSettings } from '../../../lib/stack/settings-file.ts'

/**
 * A value for PORT_OFFSET with which every port of a stack is free, and stays so: it lies below those that the system
 * gives to whoever asks for any, or connects somewhere.
 */
export async function freeOffset(): Promise<number> {
  const { settings } = loadSettings()
  const ports = [...stores(settings), ...programs(settings)].map(({ port }) => port)
  for (;;) {
    const offset = randomInt(10_000 - Math.min(...ports), firstOfTheSystem() - Math.max(...ports))
    const taken = await requireFreePorts(new Map(ports.map((port) => [port + offset, 'a test']))).then(
      () => false,
      () => true,
    )
    if (!taken) return offset
  }
}

/** ip(7): ip_local_port_range. Where there is no such file, from 49152 (RFC 6335). */
function firstOfTheSystem(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0])
  } catch {
    return 49_152
  }
}
