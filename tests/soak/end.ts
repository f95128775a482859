import { answers } from '../../lib/shell/tcp.ts'
import { SERVICES, takenDown } from '../cluster/cluster.ts'
import type { Copy } from '../cluster/copy.ts'
import { eventually } from '../cluster/deadline.ts'
import type { Program } from '../cluster/program.ts'
import { deployments } from './deployments.ts'
import { type Held, held, leaks } from './leaks.ts'

/** How a loop has ended: what is wrong with that, and what it held when it was new and just before. */
export interface End {
  readonly faults: readonly string[]
  readonly before: Held
  readonly after: Held
}

/**
 * Ends a loop with Ctrl-C and looks what is left of it.
 *
 * @param called how many deployments there were to be
 */
export async function endOf(program: Program, copy: Copy, before: Held, called: number): Promise<End> {
  const after = await held(copy.folder)
  const { begun } = await deployments(copy)
  program.interrupt()
  const { code } = await program.ended
  const noProcess = eventually(
    'all processes of the loop being gone',
    30,
    async () => (await program.leftOver()).length === 0,
  )
  const ports = SERVICES.flatMap(({ forwarded, port }) => (forwarded ? [port] : []))
  const taken = await Promise.all(
    ports.map(async (port) => ((await answers('127.0.0.1', port, 1000)) ? [port] : [])),
  )
  return {
    before,
    after,
    faults: [
      ...leaks(before, after),
      ...(begun > called ? [`${begun} deployments, ${called} were called for`] : []),
      ...(code === 0 ? [] : [`the loop ended with ${code}`]),
      ...taken.flat().map((port) => `port ${port} is still open`),
      ...(await complaints(noProcess)),
      ...(await complaints(takenDown())),
    ],
  }
}

function complaints(done: Promise<unknown>): Promise<string[]> {
  return done.then(
    () => [],
    (error: Error) => [error.message],
  )
}
