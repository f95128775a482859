import { isReplaced } from './model/replaced.ts'
import type { SecretRule } from './model/secret-rule.ts'
import type { Stack } from './model/stack.ts'
import { programs, stores } from './services.ts'
import type { SecretValues, Settings } from './settings.ts'

export interface SecretKey {
  readonly name: string
  /** Where the value comes from with these settings: what could be derived is given where its service is not ours. */
  readonly source: SecretRule['source']
  /** What in the database only this value opens: with data there, a lost value cannot be made up. */
  readonly opens?: string
}

/** The keys of the Secret that these settings ask for. */
export function secretKeys(settings: Settings): readonly SecretKey[] {
  return Object.entries(settings.stack.secrets).flatMap(([name, rule]): SecretKey[] => {
    if (rule.needed && !rule.needed(settings)) return []
    if (rule.source === 'derived')
      return [{ name, source: isReplaced(settings, rule.from) ? 'given' : 'derived' }]
    return [{ name, source: rule.source, ...('opens' in rule ? { opens: rule.opens } : {}) }]
  })
}

/**
 * The services whose pods read one of these keys: at their start alone, so that they have to start again when its value is
 * another. The database is not among them, for it keeps what it was made with.
 */
export function readers(settings: Settings, keys: readonly string[]): readonly string[] {
  const { database } = settings.stack
  return [...programs(settings), ...stores(settings)]
    .filter(
      ({ name, secrets = [] }) => name !== database?.service && secrets.some((key) => keys.includes(key)),
    )
    .map(({ name }) => name)
}

/** Keys whose value `--rotate` can make anew. */
export function rotatable({ secrets }: Stack): string[] {
  return Object.keys(secrets).filter((name) => secrets[name]?.source === 'generated')
}

/**
 * The value of a key that follows from others.
 *
 * @param addressOf gives `host:port` of a service of the stack
 * @returns undefined where what it follows from is not there
 */
export function derivedValue(
  { stack }: Settings,
  name: string,
  values: SecretValues,
  addressOf: (service: string) => string,
): string | undefined {
  const rule = stack.secrets[name]
  if (rule?.source !== 'derived') throw new Error(`no rule derives ${name}`)
  let complete = true
  const secret = (other: string) => {
    complete &&= Boolean(values[other])
    return values[other] ?? ''
  }
  const value = rule.derive(secret, addressOf(rule.from))
  return complete ? value : undefined
}

/** `host:port` of each store, as the stack's own programs know it. */
export function inStack(settings: Settings): (service: string) => string {
  return (service) => `${service}:${settings.stack.services[service]?.port}`
}
