import { once } from 'node:events'
import { Refusal } from '../../shell/refusal.ts'
import { answerCommand } from '../command/answer.ts'
import { faultText } from '../fault/fault.ts'
import type { KeptLine } from '../record/kinds.ts'
import { wanting } from '../record/wanted.ts'
import { inColour, plain } from '../screen/paint.ts'
import { fileContent } from './file-content.ts'
import { lookUntilServed } from './look.ts'
import type { Means } from './means.ts'
import { VERSION } from './questions.ts'
import { type Answers, askWithin } from './server.ts'
import type { Session } from './session.ts'
import { isServed, isWell, unlessPaused, type Verdict } from './verdict.ts'
import { view } from './view.ts'
import { waitFor } from './wait.ts'

export function answersOf(session: Session, means: Means): Answers {
  const answers: Answers = {
    status: async () => view(session.state(), session.place),
    wait: async ({ served, healthy, timeout }, { left }) => {
      const endLooking = lookUntilServed(served, session, means)
      const answer = waitFor(session, () => allOf(served, healthy, session, means), timeout, left)
      return answer.finally(endLooking)
    },
    logs: async (question, { say, left }) => {
      const isWanted = wanting(question.wanted)
      let hear = (line: KeptLine): void => {
        missed.push(line)
      }
      const missed: KeptLine[] = []
      // From the moment at which the reading begins: no line is lost between the two, and none comes twice.
      if (question.follow) means.follow((line) => isWanted(line) && hear(line), left)
      for (const line of [...(await means.logs(question.wanted, question.last)), ...missed]) say(line)
      hear = say
      if (question.follow && !left.aborted) await once(left, 'abort')
      return undefined
    },
    restart: async ({ service }) => {
      requireService(
        service,
        means.services().map(({ name }) => name),
      )
      await means.restart(service)
      return { version: VERSION, restarted: service }
    },
    start: async ({ service }) => {
      requireService(service, Object.keys(means.stack.services))
      return { version: VERSION, started: await means.start(service) }
    },
    fault: async (fault) => {
      requireService(fault.service, Object.keys(means.stack.services))
      await means.fault(fault)
      const message = faultText(fault, means.stack)
      session.tell({ kind: 'note', text: `fault: ${message}` })
      return { version: VERSION, message, until: new Date(Date.now() + fault.lasts).toISOString() }
    },
    pause: async () => ({ version: VERSION, following: await means.pause.begin() }),
    resume: async () => {
      await means.pause.end()
      return { version: VERSION }
    },
    stop: async (_, { say }) => {
      say({ version: VERSION, pid: process.pid })
      means.stop()
      return undefined
    },
    hook: async ({ program, argv }, { say, left }) => {
      if (!means.hooks?.has(program)) throw new Refusal(`This loop has no ${program}.`, 'run it by itself')
      const code = await means.hooks.run(program, argv, (text) => say({ text }), left)
      return { code }
    },
    command: ({ argv, folder, colour }, asked) =>
      answerCommand(argv, asked, {
        ask: (question, hear) => askWithin(answers, question, asked.left, hear),
        paint: colour ? inColour : plain,
        folder,
        names: session.state().services.map(({ name }) => name),
      }),
  }
  return answers
}

/** The first that is not reached yet. */
function allOf(files: readonly string[], healthy: boolean, session: Session, means: Means): Verdict {
  const state = session.state()
  const verdicts = [
    ...files.map((file) =>
      unlessPaused(
        isServed(fileContent(file, means.services(), means.broughtAs), state, session.place.sources),
        state,
      ),
    ),
    ...(healthy || files.length === 0 ? [isWell(state)] : []),
  ]
  const first =
    verdicts.find(({ outcome }) => outcome === 'no') ?? verdicts.find(({ outcome }) => outcome === 'open')
  return first ?? { outcome: 'yes', message: verdicts.map(({ message }) => message).join(' ') }
}

function requireService(service: string, names: readonly string[]): void {
  if (!names.includes(service))
    throw new Refusal(`No service is called ${service}.`, `name one of ${names.join(', ')}`, 2)
}
