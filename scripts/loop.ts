import { FLAGS, isCommand, runWords, WORDS } from '../lib/loop/command/run.ts'
import { lineText, traceLines } from '../lib/loop/command/show.ts'
import { linesOverRuns, tracesOverRuns } from '../lib/loop/record/over-runs.ts'
import { inColour, plain } from '../lib/loop/screen/paint.ts'
import { answerTo, asking, NO_LOOP, socketOf } from '../lib/loop/session/client.ts'
import { stopping, VERSION } from '../lib/loop/session/questions.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { beginning } from '../lib/shell/processes.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { openApplication, STACK_USAGE } from '../lib/stack/application.ts'
import { exportRun } from './loop/export.ts'

const USAGE = `npm run loop -- status | wait | logs | see PATH | traces | export FILE | restart SERVICE | start SERVICE | fault …
                   | pause | resume | stop   [--json] [--stack DIR]

Asks or tells the loop that runs, in a terminal or in the background (npm run dev -- --detach). Never asks back.

  status           how the loop and each of its services are
  wait             until all is healthy; ends with 0, or says what is in the way
    --served FILE  until what is served has this file's present content; of a file that does not start, says why.
                   Several may be named. With --healthy, both
    --timeout S    seconds, 120 without it
  logs [SERVICE]   what the services wrote, also in earlier runs
    --since 5m     --level warning     --request ID     --grep RE     --follow
  see PATH         opens the page of that path in a browser: what it writes to its console, its requests that failed,
                   what of it is not accessible, what the services wrote about it; and where a picture of it is
    --as NAME      signed in as this user, who is made the first time
  traces           requests on their way through the services, also of earlier runs, the newest last
    --slow         the slowest last     --request ID
  export FILE      what the last run has traced, as OTLP in JSON; beside it, as *.timeline.json, its saves and
                   deployments for https://ui.perfetto.dev
  restart SERVICE  makes its pods, or its process, anew
  start SERVICE    runs one that was left out by --only, and what it calls
  fault SERVICE away [20s]
  fault SERVICE slow 300ms [20s]
                   what calls it finds nobody, or has each answer later; ends by itself, after 30 s without a time
  pause            lets what is saved wait for resume, as before a rebase; names those that cannot wait
  resume           follows what is saved again, all at once
  stop             ends the loop, as Ctrl-C in its terminal, and waits until nothing of it is left

  --json           an object, for logs one a line, for traces an array: docs/loop.md
${STACK_USAGE}

Exit codes: 0 yes, 1 no, 2 called wrongly, 3 no loop is running, 4 not within the time`

/** Of one answer. */
const TRACES = 50

export const command = runCommand(import.meta.url, async (argv) => {
  const { values, positionals } = readFlags(argv, USAGE, FLAGS, true)
  const [word = '', ...words] = positionals
  const action = oneOf('The command', word, [...WORDS, 'see', 'traces', 'export', 'stop'])
  const application = await openApplication(values.stack)
  const socket = socketOf(application.state)
  const paint = process.stdout.isTTY && !process.env.NO_COLOR ? inColour : plain
  const print = (message: unknown, lines: readonly string[]) =>
    say(values.json ? JSON.stringify(message) : lines.join('\n'))
  if (action === 'traces') {
    const wanted = { slow: values.slow, request: values.request }
    const traces = tracesOverRuns(application.state, wanted, TRACES)
    print(traces, traceLines(traces, paint))
    return 0
  }
  if (action === 'export') {
    const [file] = words
    if (file === undefined) throw new Refusal('export needs a file.', 'see --help', 2)
    const files = exportRun(application.state, asTyped(file))
    print({ version: VERSION, files }, files)
    return 0
  }
  if (action === 'stop') return stop(socket, values.json)
  const ask = asking(socket, interruption('npm run loop'))
  const names = Object.keys(application.stack.services)
  if (!isCommand(action)) {
    const [path = ''] = words
    if (!path.startsWith('/')) throw new Refusal('see needs a path, like /tasks.', 'see --help', 2)
    // The others need no browser.
    const { isWell, see, sightLines } = await import('./loop/see.ts')
    const sight = await see(application, ask, path, values.as)
    print(
      sight,
      sightLines(sight, (line) => lineText(line, names, paint)),
    )
    return isWell(sight) ? 0 : 1
  }
  return runWords(action, words, values, {
    ask: async (question, hear) => {
      try {
        return await ask(question, hear)
      } catch (error) {
        // Without a loop, what it has kept can be read.
        if (question.ask !== 'logs' || question.follow || !isNoLoop(error)) throw error
        for (const line of linesOverRuns(application.state, question.wanted, question.last)) hear?.(line)
        return undefined
      }
    },
    say,
    takes: () => undefined,
    paint,
    folder: asTyped('.'),
    names,
  })
})

function isNoLoop(error: unknown): boolean {
  return error instanceof Refusal && error.exitCode === NO_LOOP
}

/** Has to outlive the loop, to see it end. */
async function stop(socket: string, json: boolean): Promise<number> {
  const { pid } = stopping.parse(await answerTo(socket, { ask: 'stop' }))
  const began = beginning(pid)
  while (began !== undefined && beginning(pid) === began) await new Promise((done) => setTimeout(done, 50))
  say(json ? JSON.stringify({ version: VERSION, stopped: true }) : 'the loop is ended')
  return 0
}
