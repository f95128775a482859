import { z } from 'zod'
import { wanted } from '../record/wanted.ts'

/** Of what is asked and answered. Another one is another language; fields may be added in the same. */
export const VERSION = 1

const asked = <const Name extends string, Shape extends z.ZodRawShape>(ask: Name, shape: Shape) =>
  z.object({ version: z.literal(VERSION), ask: z.literal(ask), ...shape })

/** What a loop can be asked, a JSON object in one line. Its answers are JSON objects too, the last one closes. */
export const question = z.discriminatedUnion('ask', [
  asked('status', {}),
  /** Answered when the file's present content is served or all is well, when that cannot be, or after the seconds. */
  asked('wait', { served: z.array(z.string()), healthy: z.boolean(), timeout: z.number().positive() }),
  /** The kept log lines, at most the last so many; then, where it is to be followed, each from now on. */
  asked('logs', { wanted, last: z.number().int().nonnegative(), follow: z.boolean() }),
  asked('restart', { service: z.string() }),
  /** Of a loop that was asked for others: answered with all that are started for it. */
  asked('start', { service: z.string() }),
  /** Answered once the service is so. Times are milliseconds. */
  asked('fault', {
    service: z.string(),
    is: z.union([z.literal('away'), z.object({ late: z.number().positive() })]),
    lasts: z.number().positive(),
  }),
  /** What is saved waits, and no longer. */
  asked('pause', {}),
  asked('resume', {}),
  asked('stop', {}),
  /** By a hook that the loop's Skaffold started. */
  asked('hook', { program: z.string(), argv: z.array(z.string()) }),
  /** By a command of npm run loop: the loop runs it, and says what it says. */
  asked('command', { argv: z.array(z.string()), folder: z.string(), colour: z.boolean() }),
])

export type Question = z.infer<typeof question>

type Unversioned<Asked> = Asked extends Question ? Omit<Asked, 'version'> : never

/** A question as somebody puts it, who knows one version only. */
export type Put = Unversioned<Question>

/** Puts a question to a loop. @param hear is told each message @returns the last one, which is the answer */
export type Ask = (question: Put, hear?: (message: unknown) => void) => Promise<unknown>

/** How a wait ends. */
export const waited = z.object({
  version: z.literal(VERSION),
  outcome: z.enum(['yes', 'no', 'timeout']),
  /** A sentence, and, where it is no, what helps. */
  message: z.string(),
  cure: z.string().optional(),
  /** Of the service that is in the way. */
  service: z.string().optional(),
  /** From the question to the answer. */
  milliseconds: z.number(),
})

export type WaitAnswer = z.infer<typeof waited>

/** What `start` is answered: the services that run from now on. */
export const startedThen = z.object({ version: z.literal(VERSION), started: z.array(z.string()) })

/** What `fault` is answered: what is so, in a sentence, and until when. */
export const faulty = z.object({ version: z.literal(VERSION), message: z.string(), until: z.iso.datetime() })

/** What `pause` is answered: the services that follow what is saved nevertheless. */
export const pausedThen = z.object({ version: z.literal(VERSION), following: z.array(z.string()) })

/** What `stop` is answered: the process that ends. */
export const stopping = z.object({ version: z.literal(VERSION), pid: z.int().positive() })

const service = z.object({
  name: z.string(),
  phase: z.enum([
    'waiting',
    'building',
    'installing',
    'deploying',
    'starting',
    'syncing',
    'ready',
    'failing',
  ]),
  why: z.string().optional(),
  cure: z.string().optional(),
  pods: z.array(z.object({ name: z.string(), ready: z.boolean() })),
  /** Saved, and not served yet as far as is known; times are ISO 8601. */
  saved: z.object({ path: z.string(), at: z.iso.datetime() }).optional(),
  served: z.object({ path: z.string(), at: z.iso.datetime(), milliseconds: z.number() }).optional(),
})

/** What `status` is answered. */
export const status = z.object({
  version: z.literal(VERSION),
  stack: z.string(),
  target: z.enum(['cluster', 'host']),
  /** Like `minikube`, or `this machine`. */
  where: z.string(),
  sources: z.enum(['mounted', 'synced', 'in place']),
  pid: z.number(),
  /** Label → URL. */
  links: z.record(z.string(), z.string()),
  /** URL of the loop's own page; whoever has it may read all and restart services. */
  dashboard: z.string().optional(),
  /** Whether everything runs, and nothing is being changed. */
  healthy: z.boolean(),
  /** How the last one went, or goes; absent before the first. */
  deployment: z.enum(['running', 'succeeded', 'failed']).optional(),
  activity: z.string(),
  /** Whether what is saved waits for `resume`. */
  paused: z.boolean(),
  services: z.array(service),
  findings: z.array(
    z.object({ cause: z.string(), where: z.string(), message: z.string(), cure: z.string() }),
  ),
})

export type LoopStatus = z.infer<typeof status>
