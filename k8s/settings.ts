import { z } from 'zod'
import { initScriptProblems } from './init-scripts.ts'
import type { Problem } from './model/problem.ts'
import { onOrOff, wholeNumber } from './model/setting.ts'
import type { Exposure, InitScripts, Settings, Stack } from './model/stack.ts'
import { leftOutBy, ONLY } from './part.ts'

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

export const EXPOSURES = [
  'nodeport',
  'loadbalancer',
  'ingress',
  'internal',
] as const satisfies readonly Exposure[]
export type { Exposure }

/** What a person may write into `.env.local` whatever the stack is. An empty value counts as absent. */
export const commonSchema = {
  SECRETS_FROM_ENV: z.string().optional(),
  KUBE_CONTEXT: z.string().optional(),
  PORT_OFFSET: wholeNumber(0, 50_000),
  EXPOSE: z.enum(EXPOSURES, `is not ${EXPOSURES.slice(0, -1).join(', ')} or ${EXPOSURES.at(-1)}`).optional(),
  PUBLIC_URL: z
    .string()
    .regex(
      /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
      'is not a URL like https://app.example.com, without a path',
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
  RELOADERS: z.enum(['own', 'stock'], 'is not own or stock').optional(),
}

/** The variable by which a loop tells its hooks which services a debugger may come to. */
export const LOOP_DEBUG = 'LOOP_DEBUG'

export function debugOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (environment[LOOP_DEBUG] ?? '').split(',').filter(Boolean)
}

/** All that a person may write into `.env.local` for this stack. */
export function fileSchema({ settings, secrets }: Stack) {
  const schemas = (rules: Readonly<Record<string, { readonly schema: z.ZodType }>>) =>
    Object.fromEntries(Object.entries(rules).map(([name, { schema }]) => [name, schema]))
  return z.strictObject({ ...schemas(secrets), ...schemas(settings), ...commonSchema })
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

export type SecretValues = Record<string, string>

export type { Settings }

export type ParsedSettings =
  | { readonly settings: Settings; readonly given: SecretValues; readonly problems: readonly [] }
  | { readonly settings: undefined; readonly given: SecretValues; readonly problems: readonly Problem[] }

/**
 * Reads the settings out of the variables of `.env.local`.
 *
 * @param stack what they are the settings of
 * @param file the variables of the file; empty values count as absent
 * @param environment the process's own variables; only ONLY, LOOP_DEBUG and secrets named in SECRETS_FROM_ENV are taken from it
 * @param initScripts what the database of the stack is made with, which is a setting too
 * @returns the settings and the secret values given, or every problem found, none of which quotes a value
 */
export function parseSettings(
  stack: Stack,
  file: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
  initScripts: InitScripts = {},
): ParsedSettings {
  const present = Object.fromEntries(Object.entries(file).filter(([, value]) => value?.trim()))
  const fromEnvironment: Record<string, string> = {}
  const problems: Problem[] = []
  const secretNames = Object.keys(stack.secrets)

  for (const name of (present.SECRETS_FROM_ENV ?? '').split(/[\s,]+/).filter(Boolean)) {
    const value = environment[name]
    if (!secretNames.includes(name))
      problems.push({
        message: `SECRETS_FROM_ENV names ${name}, which is not a secret of this stack.`,
        cure: `use only ${secretNames.join(', ')}`,
      })
    else if (!value?.trim())
      problems.push({
        message: `SECRETS_FROM_ENV names ${name}, which is not set in the environment.`,
        cure: `export ${name}, or take it out of SECRETS_FROM_ENV in .env.local`,
      })
    else fromEnvironment[name] = value
  }

  const schema = fileSchema(stack)
  const parsed = schema.safeParse({ ...present, ...fromEnvironment })
  if (!parsed.success)
    return {
      settings: undefined,
      given: {},
      problems: [...problems, ...explain(parsed.error, Object.keys(schema.shape), fromEnvironment)],
    }
  const values = parsed.data as Common & Readonly<Record<string, string | number | undefined>>
  problems.push(
    ...(stack.contradictions?.(values) ?? []),
    ...contradictions(stack, values),
    ...initScriptProblems(stack, initScripts),
  )
  if (problems.length > 0) return { settings: undefined, given: {}, problems }

  const given: SecretValues = {}
  for (const name of secretNames) if (values[name] !== undefined) given[name] = String(values[name])
  return {
    settings: {
      stack,
      own: Object.fromEntries(
        Object.entries(stack.settings).map(([name, { fallback }]) => [
          name,
          String(values[name] ?? fallback),
        ]),
      ),
      replaced: Object.entries(stack.services).flatMap(([name, { replacedBy }]) =>
        replacedBy !== undefined && values[replacedBy] !== undefined ? [name] : [],
      ),
      leftOut: leftOutBy(stack, environment[ONLY]),
      exposure: values.EXPOSE,
      publicUrl: values.PUBLIC_URL,
      trustedProxies: values.TRUSTED_PROXIES,
      replicas: values.REPLICAS ?? 2,
      autoscaleUpTo: values.AUTOSCALE_UP_TO,
      limits: { cpu: values.CPU_LIMIT ?? '1', memory: values.MEMORY_LIMIT ?? '512Mi' },
      storage: Object.fromEntries(
        Object.entries(stack.services).flatMap(([name, { kind }]) =>
          kind === 'store' ? [[name, values.STORAGE_SIZE ?? '1Gi']] : [],
        ),
      ),
      initScripts,
      networkPolicies: values.NETWORK_POLICIES !== 'off',
      reloaders: values.RELOADERS ?? 'own',
      debug: debugOf(environment),
      kubeContext: values.KUBE_CONTEXT,
      portOffset: values.PORT_OFFSET ?? 0,
    },
    given,
    problems: [],
  }
}

function explain(
  error: z.ZodError,
  known: readonly string[],
  fromEnvironment: Readonly<Record<string, string>>,
): Problem[] {
  return error.issues.flatMap((issue): Problem[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          message: `.env.local has ${key}, which this stack does not know.`,
          cure: `remove it; known are ${known.join(', ')}`,
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

type Common = z.infer<z.ZodObject<typeof commonSchema>>

function contradictions({ name }: Stack, values: Common): Problem[] {
  const problems: Problem[] = []
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
      cure: `set PUBLIC_URL in .env.local to a name that leads to the cluster, like http://${name}.localhost`,
    })
  return problems
}
