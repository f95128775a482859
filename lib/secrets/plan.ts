import type { Problem } from '../../k8s/model/problem.ts'
import { derivedValue, inStack, secretKeys } from '../../k8s/secret-keys.ts'
import { ownsDatabase } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { keptBeside, type Stored, standing } from './stored.ts'

export interface SecretsPlan {
  /** The values that these settings use, complete unless there are problems. */
  readonly values: SecretValues
  /** What is to be stored: those, and every value from before. */
  readonly stored: Stored
  /** Keys in use whose value is not what was there before. */
  readonly changed: readonly string[]
  /** Names that are to be written: the changed ones, and what is remembered beside them. */
  readonly written: readonly (keyof Stored)[]
  readonly problems: readonly Problem[]
}

export interface SecretState {
  readonly existing: Stored
  /** A database from before is there: values that only it knows cannot be made up. */
  readonly dataExists: boolean
  /** `host:port` of each store; without it, as the pods know it. */
  readonly addressOf?: (service: string) => string
  /** The command that starts with an empty one. */
  readonly emptyDatabase?: string
  readonly rotate?: string
}

/**
 * Decides each value of the Secret: given wins, then what is there, then a generated one.
 *
 * @param generate gives a new random value
 */
export function planSecrets(
  settings: Settings,
  given: SecretValues,
  {
    existing,
    dataExists,
    addressOf = inStack(settings),
    emptyDatabase = 'npm run down -- --data',
    rotate,
  }: SecretState,
  generate: () => string,
): SecretsPlan {
  const values: SecretValues = {}
  const problems: Problem[] = []
  const beside: Stored = {}
  const ownDatabase = ownsDatabase(settings)
  // A data volume left over from before has nothing to do with an external database.
  const hasData = dataExists && ownDatabase
  for (const rule of secretKeys(settings)) {
    const { name, source, opens } = rule
    if (source === 'derived') {
      const value = derivedValue(settings, name, values, addressOf)
      if (value) values[name] = value
      continue
    }
    const rotated = rotate === name
    const before = standing(existing, name, opens !== undefined && hasData)
    if (opens && hasData && given[name] && before && given[name] !== before)
      problems.push({
        message: `${name} in .env.local is not the one the database was made with, so it would not be ${opens}.`,
        cure: `remove the line ${name}=… from .env.local — or start with an empty database: ${emptyDatabase}`,
      })
    const known = given[name] ?? (rotated ? undefined : before)
    if (known) values[name] = known
    else if (source === 'given')
      problems.push({
        message: `${name} is missing, and only you know it.`,
        cure: `add to .env.local: ${name}=…`,
      })
    else if (opens && hasData && !rotated)
      problems.push({
        message: `${name} is missing from the Secret, but there is a database from before: a new value would not be ${opens}.`,
        cure: `add the old one to .env.local: ${name}=… — or start with an empty database: ${emptyDatabase}`,
      })
    else values[name] = generate()
    const value = values[name]
    const how = { given: given[name] !== undefined, rotated, ownDatabase }
    if (source === 'generated' && value) Object.assign(beside, keptBeside(existing, rule, value, how))
  }
  const differs = (wanted: Stored) =>
    (Object.keys(wanted) as (keyof Stored)[]).filter((name) => wanted[name] !== existing[name])
  const stored = { ...existing, ...values, ...beside }
  return { values, stored, changed: differs(values) as string[], written: differs(stored), problems }
}
