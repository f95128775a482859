import { loadavg } from 'node:os'
import { step } from '../../lib/host/step.ts'
import type { LoopResult } from './history.ts'
import { measureLoop, type Pace } from './loop.ts'
import type { Measured } from './measured.ts'
import type { Subject } from './subject.ts'

/**
 * Brings one subject up, edits each service in turn, and takes it down again; gives a result as soon as there is one.
 *
 * @throws Refusal when it does not come up, Error when an edit is not served; the files are as before, nothing runs on
 */
export async function* measureSubject(
  { measures }: Measured,
  { name, start }: Subject,
  pace: Pace,
  interrupted: AbortSignal,
): AsyncGenerator<LoopResult> {
  const running = await step(`${name}: up`, () => start(interrupted))
  const { folder, addressOf, origin } = running
  try {
    const user = await measures.users?.signUp(addressOf(measures.page), origin)
    for (const [service, line] of Object.entries(measures.edits)) {
      const question = line.question(addressOf(service), user?.token ?? '')
      const series = await step(`${name}: ${service}, ${pace.edits} edits`, () =>
        measureLoop(folder, line, question, pace, interrupted),
      )
      yield { subject: name, service, load: loadavg()[0] ?? 0, ...series }
    }
  } finally {
    await step(`${name}: down`, running.stop)
  }
}
