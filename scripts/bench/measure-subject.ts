import { loadavg } from 'node:os'
import { step } from '../../lib/host/step.ts'
import type { LoopResult } from './history.ts'
import { measureLoop, type Pace } from './loop.ts'
import { EDITED, MARKED_LINES } from './marked-line.ts'
import type { Subject } from './subject.ts'
import { benchUser } from './user.ts'

/**
 * Brings one subject up, edits each service in turn, and takes it down again; gives a result as soon as there is one.
 *
 * @throws Refusal when it does not come up, Error when an edit is not served; the files are as before, nothing runs on
 */
export async function* measureSubject(
  { name, start }: Subject,
  pace: Pace,
  interrupted: AbortSignal,
): AsyncGenerator<LoopResult> {
  const running = await step(`${name}: up`, () => start(interrupted))
  const { folder, addresses, origin } = running
  try {
    const { token } = await benchUser(addresses.frontend, origin)
    for (const service of EDITED) {
      const line = MARKED_LINES[service]
      const question = line.question(addresses[service], token)
      const series = await step(`${name}: ${service}, ${pace.edits} edits`, () =>
        measureLoop(folder, line, question, pace, interrupted),
      )
      yield { subject: name, service, load: loadavg()[0] ?? 0, ...series }
    }
  } finally {
    await step(`${name}: down`, running.stop)
  }
}
