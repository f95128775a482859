import { databaseUrl, type RotatableKey, secretKeys } from '../../k8s/secret-keys.ts'
import { postgres } from '../../k8s/services.ts'
import type { Problem, SecretKey, SecretValues, Settings } from '../../k8s/settings.ts'

export interface SecretsPlan {
  /** The values the stack needs, complete unless there are problems. */
  readonly values: SecretValues
  /** Keys whose value is not what was there before. */
  readonly changed: readonly SecretKey[]
  readonly problems: readonly Problem[]
}

export interface Circumstances {
  readonly existing: SecretValues
  /** A database from before is there: values that only it knows cannot be made up. */
  readonly dataExists: boolean
  /** `host:port` of the stack's own PostgreSQL. */
  readonly databaseAddress?: string
  /** The command that starts with an empty one. */
  readonly emptyDatabase?: string
  readonly rotate?: RotatableKey
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
    databaseAddress = `${postgres.name}:${postgres.port}`,
    emptyDatabase = 'npm run down -- --data',
    rotate,
  }: Circumstances,
  generate: () => string,
): SecretsPlan {
  const values: SecretValues = {}
  const problems: Problem[] = []
  // A data volume left over from before has nothing to do with an external database.
  const hasData = dataExists && settings.database === 'cluster'
  for (const { name, source, opens } of secretKeys(settings)) {
    if (source === 'derived') {
      if (values.POSTGRES_PASSWORD) values[name] = databaseUrl(values.POSTGRES_PASSWORD, databaseAddress)
      continue
    }
    if (opens && hasData && given[name] && existing[name] && given[name] !== existing[name])
      problems.push({
        message: `${name} in .env.local is not the one the database was made with, so it would not be ${opens}.`,
        cure: `remove the line ${name}=… from .env.local — or start with an empty database: ${emptyDatabase}`,
      })
    const known = given[name] ?? (rotate === name ? undefined : existing[name])
    if (known) values[name] = known
    else if (source === 'given')
      problems.push({
        message: `${name} is missing, and only you know it.`,
        cure: `add to .env.local: ${name}=…`,
      })
    else if (opens && hasData && rotate !== name)
      problems.push({
        message: `${name} is missing from the Secret, but there is a database from before: a new value would not be ${opens}.`,
        cure: `add the old one to .env.local: ${name}=… — or start with an empty database: ${emptyDatabase}`,
      })
    else values[name] = generate()
  }
  const changed = (Object.keys(values) as SecretKey[]).filter((name) => values[name] !== existing[name])
  return { values, changed, problems }
}
