import { resolve } from 'node:path'
import { oneOf, type parseWords } from '../../shell/command.ts'
import { Refusal } from '../../shell/refusal.ts'
import { STACK_FLAG } from '../../stack/application.ts'
import { faultIn } from '../fault/fault.ts'
import { type KeptLine, LEVELS } from '../record/kinds.ts'
import { isExpression, type Wanted } from '../record/wanted.ts'
import { answerOf } from '../session/client.ts'
import { faulty, pausedThen, startedThen, status, waited } from '../session/questions.ts'
import { duration } from './duration.ts'
import { lineText, statusLines, waitedLines } from './show.ts'
import type { Terms } from './terms.ts'

export const FLAGS = {
  json: { type: 'boolean', default: false },
  served: { type: 'string', multiple: true, default: [] as string[] },
  healthy: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '120' },
  since: { type: 'string' },
  level: { type: 'string' },
  request: { type: 'string' },
  as: { type: 'string' },
  slow: { type: 'boolean', default: false },
  grep: { type: 'string' },
  follow: { type: 'boolean', default: false },
  ...STACK_FLAG,
} as const

export type Flags = ReturnType<typeof parseWords<typeof FLAGS>>['values']

/** A command: its words after its name and its flags give its exit code. */
type Command = (words: readonly string[], flags: Flags, terms: Terms) => Promise<number>

/** The exit code where something was not within its time. */
const TIMED_OUT = 4
/** Seconds beyond a wait's own, and those of what is answered at once. */
const SLACK = 10
/** Of a service that is made anew. */
const RESTART = 200
/** Of one that is started, whose packages may have to be fetched. */
const START = 600
/** Of reloaders that are told something. */
const PAUSE = 60
/** Lines of the log at most. */
const LATEST = 1000

const COMMANDS = {
  status: async (words, flags, terms) => {
    requireWords('status', words, 0)
    terms.takes(SLACK)
    const answer = status.parse(await answerOf(terms.ask, { ask: 'status' }))
    print(flags, terms, answer, () => statusLines(answer, terms.paint))
    return 0
  },
  wait: async (words, flags, terms) => {
    requireWords('wait', words, 0)
    const timeout = seconds(flags.timeout)
    const served = flags.served.map((file) => resolve(terms.folder, file))
    terms.takes(timeout + SLACK)
    const question = { ask: 'wait', served, healthy: flags.healthy, timeout } as const
    const answer = waited.parse(await answerOf(terms.ask, question))
    print(flags, terms, answer, () => waitedLines(answer, terms.paint))
    return { yes: 0, no: 1, timeout: TIMED_OUT }[answer.outcome]
  },
  logs: async (words, flags, terms) => {
    requireWords('logs', words, 0, 1)
    const wanted = wantedBy(words[0], flags, terms.names)
    terms.takes(flags.follow ? undefined : 60)
    await terms.ask({ ask: 'logs', wanted, last: LATEST, follow: flags.follow }, (line) =>
      print(flags, terms, line, () => [lineText(line as KeptLine, terms.names, terms.paint)]),
    )
    return 0
  },
  restart: async (words, flags, terms) => {
    const service = requireWords('restart', words, 1)
    terms.takes(RESTART)
    const answer = await answerOf(terms.ask, { ask: 'restart', service })
    print(flags, terms, answer, () => [`${service} is made anew`])
    return 0
  },
  start: async (words, flags, terms) => {
    const service = requireWords('start', words, 1)
    terms.takes(START)
    const answer = startedThen.parse(await answerOf(terms.ask, { ask: 'start', service }))
    print(flags, terms, answer, () => [
      answer.started.length > 0 ? `started ${answer.started.join(', ')}` : `${service} runs already`,
    ])
    return 0
  },
  fault: async (words, flags, terms) => {
    terms.takes(RESTART)
    const answer = faulty.parse(await answerOf(terms.ask, { ask: 'fault', ...faultIn(words) }))
    print(flags, terms, answer, () => [answer.message])
    return 0
  },
  pause: async (words, flags, terms) => {
    requireWords('pause', words, 0)
    terms.takes(PAUSE)
    const answer = pausedThen.parse(await answerOf(terms.ask, { ask: 'pause' }))
    const others =
      answer.following.length > 0 ? `; ${answer.following.join(', ')} cannot wait, and follows` : ''
    print(flags, terms, answer, () => [`what is saved waits for npm run loop -- resume${others}`])
    return 0
  },
  resume: async (words, flags, terms) => {
    requireWords('resume', words, 0)
    terms.takes(PAUSE)
    const answer = await answerOf(terms.ask, { ask: 'resume' })
    print(flags, terms, answer, () => ['what is saved is followed'])
    return 0
  },
} satisfies Record<string, Command>

export type Word = keyof typeof COMMANDS

export const WORDS = Object.keys(COMMANDS)

export function isCommand(word: string): word is Word {
  return WORDS.includes(word)
}

/**
 * Runs a command of `npm run loop`.
 *
 * @returns its exit code
 * @throws Refusal where it is called wrongly, where no loop runs, and in the words of the loop
 */
export function runWords(word: Word, words: readonly string[], flags: Flags, terms: Terms): Promise<number> {
  return COMMANDS[word](words, flags, terms)
}

function print({ json }: Flags, { say }: Terms, message: unknown, lines: () => readonly string[]): void {
  say(json ? JSON.stringify(message) : lines().join('\n'))
}

/** @returns the first word. @throws Refusal where there are fewer or more of them than there can be */
function requireWords(command: string, words: readonly string[], fewest: number, most = fewest): string {
  if (words.length < fewest) throw new Refusal(`${command} needs a service.`, 'see --help', 2)
  if (words.length > most)
    throw new Refusal(`${command} was called otherwise than it can be.`, 'see --help', 2)
  return words[0] ?? ''
}

function wantedBy(service: string | undefined, flags: Flags, names: readonly string[]): Wanted {
  const { since, level, request, grep } = flags
  if (grep !== undefined && !isExpression(grep))
    throw new Refusal(`--grep is "${grep}", which is no regular expression.`, 'see --help', 2)
  return {
    service: service === undefined ? undefined : oneOf('The service', service, names),
    since: since === undefined ? undefined : Date.now() - duration('--since', since),
    level: level === undefined ? undefined : oneOf('--level', level, LEVELS),
    request,
    grep,
  }
}

function seconds(text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Refusal(`--timeout is "${text}", which is no number of seconds.`, 'write it like 30', 2)
}
