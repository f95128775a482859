import type { z } from 'zod'
import { contradictions } from './contradictions.ts'
import { type FileValues, fileSchema } from './file-schema.ts'
import { initScriptProblems } from './init-scripts.ts'
import type { Exposure, InitScripts } from './model/choices.ts'
import type { Problem } from './model/problem.ts'
import type { Settings, Stack } from './model/stack.ts'
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

export type { Exposure }

/** The variable by which a loop names itself to its hooks and to skaffold.yaml. */
export const DEV_LOOP = 'DEV_LOOP'
/** The variable by which a loop tells its hooks which services a debugger may come to. */
export const LOOP_DEBUG = 'LOOP_DEBUG'

export function debugOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (environment[LOOP_DEBUG] ?? '').split(',').filter(Boolean)
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
 * @param environment the process's own variables; only ONLY, DEV_LOOP, LOOP_DEBUG and secrets named in SECRETS_FROM_ENV are taken from it
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
  const values = parsed.data as FileValues
  problems.push(...contradictions(stack, values), ...initScriptProblems(stack, initScripts))
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
      collector: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      reloaders: values.RELOADERS ?? 'own',
      gathered: Boolean(environment[DEV_LOOP]),
      debug: debugOf(environment),
      notifications: values.NOTIFICATIONS === 'on',
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
