import { z } from 'zod'
import { type InitScripts, initScriptProblems } from './init-scripts.ts'
import type { Problem } from './problem.ts'

/**
 * `dev` is the hot-reload loop: one replica, its sources mounted from this checkout. `synced` is the same loop for a
 * cluster whose nodes do not hold the checkout: Skaffold copies what is saved. `remote` is for a cluster that is not this
 * machine's: autoscaled, and no port of its nodes taken. `run` is everything else.
 */
export const PROFILES = ['run', 'dev', 'synced', 'remote'] as const
export type Profile = (typeof PROFILES)[number]

/** Whether a profile is one of the hot-reload loop: one replica of each service, to be edited. */
export function inLoop(profile: Profile): boolean {
  return profile === 'dev' || profile === 'synced'
}

/** How a browser comes to the frontend; `internal` leaves it to `kubectl port-forward`. */
export const EXPOSURES = ['nodeport', 'loadbalancer', 'ingress', 'internal'] as const
export type Exposure = (typeof EXPOSURES)[number]

/** What a person may write into `.env.local`. An empty value counts as absent. */
export const fileSchema = z.strictObject({
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      hostname: /./,
      error: 'is not a URL like postgresql://user:password@host:5432/database',
    })
    // Whatever follows it would be no part of the address, which then may lead to another machine.
    .regex(/^[^#]*$/, 'has a #, which ends a URL: in a password it is written %23')
    .optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'is not a URL like https://api.openai.com/v1' })
    .optional(),
  OPENAI_MODEL: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  MODEL_PATIENCE: wholeNumber(5, 3600),
  TOKENS_A_DAY: wholeNumber(0, 1_000_000_000),
  POSTGRES_PASSWORD: z.string().optional(),
  BETTER_AUTH_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
  SMOKE_PASSWORD: z.string().min(8, 'is shorter than 8 characters').optional(),
  VAPID_PRIVATE_KEY: z
    .string()
    .regex(/^[\w-]{43}$/, 'is not a P-256 key in URL-safe base64, of 43 characters')
    .optional(),
  SECRETS_FROM_ENV: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warning', 'error'], 'is not debug, info, warning or error').optional(),
  KUBE_CONTEXT: z.string().optional(),
  PORT_OFFSET: wholeNumber(0, 50_000),
  EXPOSE: z.enum(EXPOSURES, `is not ${EXPOSURES.slice(0, -1).join(', ')} or ${EXPOSURES.at(-1)}`).optional(),
  PUBLIC_URL: z
    .string()
    .regex(
      /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
      'is not a URL like https://todo.example.com, without a path',
    )
    .optional(),
  TRUSTED_PROXIES: networks(),
  REPLICAS: wholeNumber(1, 20),
  AUTOSCALE_UP_TO: wholeNumber(0, 50),
  CPU_LIMIT: z
    .string()
    .regex(/^\d+m?$/, 'is not a quantity like 500m or 2')
    .optional(),
  MEMORY_LIMIT: z
    .string()
    .regex(/^\d+(Mi|Gi)$/, 'is not a quantity like 512Mi or 2Gi')
    .optional(),
  STORAGE_SIZE: z
    .string()
    .regex(/^[1-9]\d*(Mi|Gi)$/, 'is not a quantity like 500Mi or 10Gi')
    .optional(),
  NETWORK_POLICIES: onOrOff(),
  REMINDERS: onOrOff(),
})

function onOrOff() {
  return z.enum(['on', 'off'], 'is not on or off').optional()
}

function networks() {
  const network = z
    .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
    // Who trusts everybody lets every client choose its address.
    .refine((value) => !value.endsWith('/0'))
  return z
    .string()
    .refine(
      (list) => list.split(',').every((entry) => network.safeParse(entry.trim()).success),
      'is not a list of networks like 10.244.0.0/16, 192.0.2.7',
    )
    .optional()
}

function wholeNumber(least: number, most: number) {
  return z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is below ${least}`)
    .max(most, `is above ${most}`)
    .optional()
}

const SECRET_NAMES = [
  'DATABASE_URL',
  'OPENAI_API_KEY',
  'POSTGRES_PASSWORD',
  'BETTER_AUTH_SECRET',
  'SMOKE_PASSWORD',
  'VAPID_PRIVATE_KEY',
] as const
export type SecretKey = (typeof SECRET_NAMES)[number]
export type SecretValues = Partial<Record<SecretKey, string>>

/** Everything the model may depend on. Holds no secret value. */
export interface Settings {
  readonly database: 'cluster' | 'external'
  readonly assistant:
    | { readonly kind: 'stand-in' }
    | { readonly kind: 'external'; readonly baseUrl: string; readonly model: string }
  /** Seconds that the model may say nothing before an answer is given up. */
  readonly modelPatience: number
  /** Tokens of an external model that each user may spend in a day; 0: as many as they like. */
  readonly tokensADay: number
  readonly logLevel: string
  /** Undefined where nobody chose: then it follows from the profile. */
  readonly exposure: Exposure | undefined
  /** Where a browser finds the page, like `https://todo.example.com`; undefined: it follows from the exposure. */
  readonly publicUrl: string | undefined
  /** Networks of the proxies before the page, by whose word it knows a browser's address; undefined: it follows from the exposure. */
  readonly trustedProxies: string | undefined
  /** Of backend, MCP server and frontend, outside the loop. */
  readonly replicas: number
  /** Most replicas that load may bring; 0: no autoscaling; undefined: it follows from the profile. */
  readonly autoscaleUpTo: number | undefined
  /** What no container may exceed, as Kubernetes quantities. */
  readonly limits: { readonly cpu: string; readonly memory: string }
  /** Size of the database's volume, as a Kubernetes quantity. */
  readonly storage: string
  /** Run when the database of the stack is made; an external one is made elsewhere. */
  readonly initScripts: InitScripts
  readonly networkPolicies: boolean
  /** Whether users are told of tasks that come due, in the open page and by Web Push. */
  readonly reminders: boolean
  /** The one context besides the local ones that the gate lets through. */
  readonly kubeContext: string | undefined
  /** Added to every port of the host target, so that two checkouts can run side by side. */
  readonly portOffset: number
}

export type ParsedSettings =
  | { readonly settings: Settings; readonly given: SecretValues; readonly problems: readonly [] }
  | { readonly settings: undefined; readonly given: SecretValues; readonly problems: readonly Problem[] }

/**
 * Reads the settings out of the variables of `.env.local`.
 *
 * @param file the variables of the file; empty values count as absent
 * @param environment the process's own variables; only secrets named in SECRETS_FROM_ENV are taken from it
 * @param initScripts the files of apps/database/init, which are settings too
 * @returns the settings and the secret values given, or every problem found, none of which quotes a value
 */
export function parseSettings(
  file: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
  initScripts: InitScripts = {},
): ParsedSettings {
  const present = Object.fromEntries(Object.entries(file).filter(([, value]) => value?.trim()))
  const fromEnvironment: Record<string, string> = {}
  const problems: Problem[] = []

  for (const name of (present.SECRETS_FROM_ENV ?? '').split(/[\s,]+/).filter(Boolean)) {
    const value = environment[name]
    if (!SECRET_NAMES.some((known) => known === name))
      problems.push({
        message: `SECRETS_FROM_ENV names ${name}, which is not a secret of this stack.`,
        cure: `use only ${SECRET_NAMES.join(', ')}`,
      })
    else if (!value?.trim())
      problems.push({
        message: `SECRETS_FROM_ENV names ${name}, which is not set in the environment.`,
        cure: `export ${name}, or take it out of SECRETS_FROM_ENV in .env.local`,
      })
    else fromEnvironment[name] = value
  }

  const parsed = fileSchema.safeParse({ ...present, ...fromEnvironment })
  if (!parsed.success)
    return {
      settings: undefined,
      given: {},
      problems: [...problems, ...explain(parsed.error, fromEnvironment)],
    }
  const values = parsed.data
  problems.push(...contradictions(values), ...initScriptProblems(initScripts))
  if (problems.length > 0) return { settings: undefined, given: {}, problems }

  const given: SecretValues = {}
  for (const name of SECRET_NAMES) if (values[name] !== undefined) given[name] = values[name]
  return {
    settings: {
      database: values.DATABASE_URL ? 'external' : 'cluster',
      assistant:
        values.OPENAI_BASE_URL && values.OPENAI_MODEL
          ? { kind: 'external', baseUrl: values.OPENAI_BASE_URL, model: values.OPENAI_MODEL }
          : { kind: 'stand-in' },
      modelPatience: values.MODEL_PATIENCE ?? 60,
      tokensADay: values.TOKENS_A_DAY ?? 500_000,
      logLevel: values.LOG_LEVEL ?? 'info',
      exposure: values.EXPOSE,
      publicUrl: values.PUBLIC_URL,
      trustedProxies: values.TRUSTED_PROXIES,
      replicas: values.REPLICAS ?? 2,
      autoscaleUpTo: values.AUTOSCALE_UP_TO,
      limits: { cpu: values.CPU_LIMIT ?? '1', memory: values.MEMORY_LIMIT ?? '512Mi' },
      storage: values.STORAGE_SIZE ?? '1Gi',
      initScripts,
      networkPolicies: values.NETWORK_POLICIES !== 'off',
      reminders: values.REMINDERS !== 'off',
      kubeContext: values.KUBE_CONTEXT,
      portOffset: values.PORT_OFFSET ?? 0,
    },
    given,
    problems: [],
  }
}

function explain(error: z.ZodError, fromEnvironment: Readonly<Record<string, string>>): Problem[] {
  return error.issues.flatMap((issue): Problem[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          message: `.env.local has ${key}, which this stack does not know.`,
          cure: `remove it; known are ${Object.keys(fileSchema.shape).join(', ')}`,
        }))
      : [complaint(issue.path.join('.'), issue.message, fromEnvironment)],
  )
}

function complaint(name: string, what: string, fromEnvironment: Readonly<Record<string, string>>): Problem {
  return name in fromEnvironment
    ? {
        message: `${name} in the environment ${what}.`,
        cure: `correct ${name} in the environment, or take it out of SECRETS_FROM_ENV in .env.local`,
      }
    : {
        message: `${name} in .env.local ${what}.`,
        cure: `correct the line ${name}=… in .env.local, or remove it`,
      }
}

function contradictions(values: z.infer<typeof fileSchema>): Problem[] {
  const problems = halfModel(values)
  if (values.DATABASE_URL && values.STORAGE_SIZE)
    problems.push({
      message:
        'STORAGE_SIZE is set, but the database is the external one of DATABASE_URL, which has its own storage.',
      cure: 'remove STORAGE_SIZE from .env.local, or DATABASE_URL',
    })
  if (values.AUTOSCALE_UP_TO && values.AUTOSCALE_UP_TO < (values.REPLICAS ?? 2))
    problems.push({
      message: `AUTOSCALE_UP_TO is ${values.AUTOSCALE_UP_TO}, but the stack starts with ${values.REPLICAS ?? 2} replicas.`,
      cure: 'raise AUTOSCALE_UP_TO in .env.local, or lower REPLICAS',
    })
  if (
    values.EXPOSE === 'ingress' &&
    values.PUBLIC_URL &&
    /^https?:\/\/(localhost|[\d.]+)(:|$)/.test(values.PUBLIC_URL)
  )
    problems.push({
      message: 'EXPOSE is ingress, but PUBLIC_URL has no host name that an Ingress could go by.',
      cure: 'set PUBLIC_URL in .env.local to a name that leads to the cluster, like http://todo.localhost',
    })
  return problems
}

/** A language model is one decision in three values: with one of them missing, a wrong model would answer silently. */
function halfModel(values: z.infer<typeof fileSchema>): Problem[] {
  const trio = {
    OPENAI_BASE_URL: 'https://api.openai.com/v1',
    OPENAI_MODEL: '<the model to use>',
    OPENAI_API_KEY: '<your key>',
  } as const
  const keys = Object.keys(trio) as (keyof typeof trio)[]
  const missing = keys.filter((key) => !values[key])
  if (missing.length === 0 || missing.length === keys.length) return []
  const present = keys.filter((key) => values[key])
  return [
    {
      message: `${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not: a language model needs all three.`,
      cure: `add to .env.local: ${missing.map((key) => `${key}=${trio[key]}`).join('  ')}`,
    },
  ]
}
