import { loadavg } from 'node:os'
import { step } from '../../lib/host/step.ts'
import type { LoopResult } from './history.ts'
import { measureLoop, type Pace } from './loop.ts'
import type { Measured } from './measured.ts'
import type { RunningSubject, Subject, SubjectName } from './subject.ts'

/**
 * Brings one subject up, edits each service in turn, and takes it down again; gives a result as soon as there is one.
 *
 * @throws Refusal when it does not come up, Error when an edit is not served; the files are as before, nothing runs on
 */
export async function* measureSubject(
  measured: Measured,
  { name, start }: Subject,
  pace: Pace,
  interrupted: AbortSignal,
): AsyncGenerator<LoopResult> {
  const running = await step(`${name}: up`, () => start(interrupted))
  try {
    yield* measureServices(measured, name, running, pace, interrupted)
  } finally {
    await step(`${name}: down`, running.stop)
  }
}

/** Edits each service of a loop that is up. @throws Error when an edit is not served; the files are as before */
export async function* measureServices(
  { measures }: Measured,
  subject: SubjectName,
  { folder, addressOf, origin }: RunningSubject,
  pace: Pace,
  interrupted: AbortSignal,
): AsyncGenerator<LoopResult> {
  const user = await measures.users?.signUp(addressOf(measures.page), origin)
  for (const [service, line] of Object.entries(measures.edits)) {
    const question = line.question(addressOf(service), user?.token ?? '')
    const series = await step(`${subject}: ${service}, ${pace.edits} edits`, () =>
      measureLoop(folder, line, question, pace, interrupted),
    )
    yield { subject, service, load: loadavg()[0] ?? 0, ...series }
  }
}
