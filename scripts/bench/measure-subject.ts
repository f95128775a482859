import { loadavg } from 'node:os'
import type { EditQuestion, MarkedLine } from '../../k8s/model/bench.ts'
import { step } from '../../lib/host/step.ts'
import type { LoopResult } from './history.ts'
import { measureLoop, type Pace } from './loop.ts'
import type { Rig } from './rig.ts'
import type { RunningSubject, Subject, SubjectName } from './subject.ts'
import { signUp } from './user.ts'

/**
 * Brings one subject up, edits each service in turn, and takes it down again; gives a result as soon as there is one.
 *
 * @throws Refusal when it does not come up, Error when an edit is not served; the files are as before, nothing runs on
 */
export async function* measureSubject(
  rig: Rig,
  { name, start }: Subject,
  pace: Pace,
): AsyncGenerator<LoopResult> {
  const running = await step(`${name}: up`, () => start())
  try {
    yield* measureServices(rig, name, running, pace)
  } finally {
    await step(`${name}: down`, running.stop)
  }
}

/** Edits each service of a loop that is up. @throws Error when an edit is not served; the files are as before */
export async function* measureServices(
  rig: Rig,
  subject: SubjectName,
  running: RunningSubject,
  pace: Pace,
): AsyncGenerator<LoopResult> {
  for (const { service, line, question } of await questionsOf(rig, running)) {
    const series = await step(`${subject}: ${service}, ${pace.edits} edits`, () =>
      measureLoop(running.folder, line, question, pace, rig.interrupted),
    )
    yield { subject, service, load: loadavg()[0] ?? 0, ...series }
  }
}

/** Of each service whose saves are measured: its line, and what it is asked as a user who is made for that. */
export async function questionsOf(
  rig: Rig,
  { addressOf, origin }: RunningSubject,
): Promise<{ service: string; line: MarkedLine; question: EditQuestion }[]> {
  const { edits, page } = rig.measures
  const user = await signUp(rig, addressOf(page), origin)
  return Object.entries(edits).map(([service, line]) => ({
    service,
    line,
    question: line.question(addressOf(service), user?.token ?? ''),
  }))
}
