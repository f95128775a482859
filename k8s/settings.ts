import { z } from 'zod'

/**
 * `dev` is the hot-reload loop: one replica, its sources mounted from this checkout. `synced` is the same loop for a
 * cluster whose nodes do not hold the checkout: Skaffold copies what is saved. `run` is everything else.
 */
export const PROFILES = ['run', 'dev', 'synced'] as const
export type Profile = (typeof PROFILES)[number]

/** What a person may write into `.env.local`. An empty value counts as absent. */
const fileSchema = z.strictObject({
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      hostname: /./,
      error: 'is not a URL like postgresql://user:password@host:5432/database',
    })
    .optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'is not a URL like https://api.openai.com/v1' })
    .optional(),
  OPENAI_MODEL: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  POSTGRES_PASSWORD: z.string().optional(),
  BETTER_AUTH_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
  SMOKE_PASSWORD: z.string().min(8, 'is shorter than 8 characters').optional(),
  SECRETS_FROM_ENV: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warning', 'error'], 'is not debug, info, warning or error').optional(),
  KUBE_CONTEXT: z.string().optional(),
  PORT_OFFSET: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(50_000, 'is above 50000')
    .optional(),
})

const SECRET_NAMES = [
  'DATABASE_URL',
  'OPENAI_API_KEY',
  'POSTGRES_PASSWORD',
  'BETTER_AUTH_SECRET',
  'SMOKE_PASSWORD',
] as const
export type SecretKey = (typeof SECRET_NAMES)[number]
export type SecretValues = Partial<Record<SecretKey, string>>

/** Everything the model may depend on. Holds no secret value. */
export interface Settings {
  readonly database: 'cluster' | 'external'
  readonly assistant:
    | { readonly kind: 'stand-in' }
    | { readonly kind: 'external'; readonly baseUrl: string; readonly model: string }
  readonly logLevel: string
  /** The one context besides the local ones that the gate lets through. */
  readonly kubeContext: string | undefined
  /** Added to every port of the host target, so that two checkouts can run side by side. */
  readonly portOffset: number
}

export interface Problem {
  readonly message: string
  readonly cure: string
}

export type ParsedSettings =
  | { readonly settings: Settings; readonly given: SecretValues; readonly problems: readonly [] }
  | { readonly settings: undefined; readonly given: SecretValues; readonly problems: readonly Problem[] }

/**
 * Reads the settings out of the variables of `.env.local`.
 *
 * @param file the variables of the file; empty values count as absent
 * @param environment the process's own variables; only secrets named in SECRETS_FROM_ENV are taken from it
 * @returns the settings and the secret values given, or every problem found, none of which quotes a value
 */
export function parseSettings(
  file: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
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
  problems.push(...contradictions(values))
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
      logLevel: values.LOG_LEVEL ?? 'info',
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

/** A language model is one decision in three values: with one of them missing, a wrong model would answer silently. */
function contradictions(values: z.infer<typeof fileSchema>): Problem[] {
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
