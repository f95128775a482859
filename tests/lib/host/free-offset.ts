import { randomInt } from 'node:crypto'
import { programs, stores } from '../../../k8s/services.ts'
import { requireFreePorts } from '../../../lib/host/ports.ts'
import { firstOfTheSystem } from '../../../lib/shell/free-port.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { loadSettings } from '../../../lib/stack/settings-file.ts'

/**
 * A value for PORT_OFFSET with which every port of a stack is free, and stays so: it lies below those that the system
 * gives to whoever asks for any, or connects somewhere, and above those that browsers refuse.
 *
 * @param besides ports that are to be free with it too
 */
export async function freeOffset(besides: readonly number[] = []): Promise<number> {
  const { settings } = loadSettings(await openApplication())
  const ports = [...[...stores(settings), ...programs(settings)].map(({ port }) => port), ...besides]
  for (;;) {
    const offset = randomInt(10_081 - Math.min(...ports), firstOfTheSystem() - Math.max(...ports))
    const taken = await requireFreePorts(new Map(ports.map((port) => [port + offset, 'a test'])), 'any').then(
      () => false,
      () => true,
    )
    if (!taken) return offset
  }
}
