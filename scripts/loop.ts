import { resolve } from 'node:path'
import { answerTo, ask, socketOf } from '../lib/loop/session/client.ts'
import { isWanted, type KeptLine, LEVELS, readLog, type Wanted } from '../lib/loop/session/log-store.ts'
import { status, VERSION, waited } from '../lib/loop/session/questions.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { beginning } from '../lib/shell/processes.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { duration } from './loop/duration.ts'
import { lineText, statusLines, waitedLines } from './loop/show.ts'

const USAGE = `npm run loop -- status | wait | logs | restart SERVICE | stop   [--json] [--stack DIR]

Asks or tells the loop that runs, in a terminal or in the background (npm run dev -- --detach). Never asks back.

  status           how the loop and each of its services are
  wait             until all is healthy; ends with 0, or says what is in the way
    --served FILE  until what is served has this file's present content; of a file that does not start, says why.
                   Several may be named. With --healthy, both
    --timeout S    seconds, 120 without it
  logs [SERVICE]   what the services wrote, also in earlier runs
    --since 5m     --level warning     --request ID     --grep RE     --follow
  restart SERVICE  makes its pods, or its process, anew
  stop             ends the loop, as Ctrl-C in its terminal, and waits until nothing of it is left

  --json           an object, for logs one a line: docs/loop.md
${STACK_USAGE}

Exit codes: 0 yes, 1 no, 2 called wrongly, 3 no loop is running, 4 not within the time`

const COMMANDS = ['status', 'wait', 'logs', 'restart', 'stop'] as const
const TIMED_OUT = 4
const SLACK = 10 // seconds beyond a wait's own
const LATEST = 1000 // lines, where nothing is asked for

export const command = runCommand(import.meta.url, async (argv) => {
  const { values, positionals } = readFlags(
    argv,
    USAGE,
    {
      json: { type: 'boolean', default: false },
      served: { type: 'string', multiple: true, default: [] },
      healthy: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '120' },
      since: { type: 'string' },
      level: { type: 'string' },
      request: { type: 'string' },
      grep: { type: 'string' },
      follow: { type: 'boolean', default: false },
      ...STACK_FLAG,
    },
    true,
  )
  const [word = '', service, ...more] = positionals
  const action = oneOf('The command', word, COMMANDS)
  if (more.length > 0 || (service !== undefined && action !== 'logs' && action !== 'restart'))
    throw new Refusal(`${action} was called otherwise than it can be.`, 'see --help', 2)
  const application = await openApplication(values.stack)
  const socket = socketOf(application.state)
  const print = (message: unknown, lines: () => readonly string[]) =>
    say(values.json ? JSON.stringify(message) : lines().join('\n'))

  switch (action) {
    case 'status': {
      const answer = status.parse(await answerTo(socket, { ask: 'status' }, within(0)))
      print(answer, () => statusLines(answer))
      return 0
    }
    case 'wait': {
      const served = values.served.map((file) => resolve(asTyped(file)))
      const timeout = seconds(values.timeout)
      const answer = waited.parse(
        await answerTo(socket, { ask: 'wait', served, healthy: values.healthy, timeout }, within(timeout)),
      )
      print(answer, () => waitedLines(answer))
      return { yes: 0, no: 1, timeout: TIMED_OUT }[answer.outcome]
    }
    case 'logs': {
      const known = Object.keys(application.stack.services)
      const wanted: Wanted = {
        ...(service === undefined ? {} : { service: oneOf('The service', service, known) }),
        ...(values.since === undefined ? {} : { since: Date.now() - duration('--since', values.since) }),
        ...(values.level === undefined ? {} : { level: oneOf('--level', values.level, LEVELS) }),
        ...(values.request === undefined ? {} : { request: values.request }),
        ...(values.grep === undefined ? {} : { text: expression(values.grep) }),
      }
      const show = (line: KeptLine) => print(line, () => [lineText(line, known)])
      readLog(`${application.state}/logs`, wanted, Date.now()).slice(-LATEST).forEach(show)
      if (!values.follow) return 0
      const interrupted = interruption('npm run loop')
      for await (const line of ask(socket, { ask: 'follow' }, interrupted))
        if (isWanted(line as KeptLine, wanted)) show(line as KeptLine)
      return 0
    }
    case 'restart': {
      if (service === undefined) throw new Refusal('restart needs a service.', 'see --help', 2)
      const answer = await answerTo(socket, { ask: 'restart', service })
      print(answer, () => [`${service} is made anew`])
      return 0
    }
    case 'stop': {
      const { pid } = (await answerTo(socket, { ask: 'stop' })) as { pid: number }
      const began = beginning(pid)
      while (began !== undefined && beginning(pid) === began)
        await new Promise((done) => setTimeout(done, 50))
      print({ version: VERSION, stopped: true }, () => ['the loop is ended'])
      return 0
    }
  }
})

/** A signal for a loop that has stopped to answer, as by Ctrl-Z in its terminal. */
function within(seconds: number): AbortSignal {
  const controller = new AbortController()
  const reason = new Refusal('The loop does not answer.', 'look at its terminal; fg goes on there', TIMED_OUT)
  setTimeout(() => controller.abort(reason), Math.min((seconds + SLACK) * 1000, 2 ** 31 - 1)).unref()
  return controller.signal
}

function seconds(text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Refusal(`--timeout is "${text}", which is no number of seconds.`, 'write it like 30', 2)
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text, 'i')
  } catch (error) {
    throw new Refusal(
      `--grep is no regular expression: ${error instanceof Error ? error.message : error}.`,
      'see --help',
      2,
    )
  }
}
